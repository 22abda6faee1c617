using System.Runtime.InteropServices;
using PhysioSite.Data;

namespace PhysioSite.Operations;

/// <summary>Builds the services and the one command that was asked for, and runs it until it is done or stopped by a signal.</summary>
internal sealed class CommandHost(Func<IServiceProvider> createServices)
{
    /// <summary>Exit code of a command stopped by SIGINT: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Exit code of a command stopped by SIGTERM.</summary>
    public const int Terminated = 143;

    public static int ExitCodeOf(PosixSignal signal) => signal == PosixSignal.SIGTERM ? Terminated : Interrupted;

    /// <returns>The exit code: 0 done, 1 cannot be done.</returns>
    /// <exception cref="StartupException">It cannot be done, for a reason an operator can correct.</exception>
    public async Task<int> RunAsync<T>(Func<T, CancellationToken, Task<int>> run)
        where T : class
    {
        using var stop = new CancellationTokenSource();
        var exit = Interrupted;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var scope = createServices().CreateAsyncScope();
            return await run(ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before it was done.");
            return exit;
        }

        void Stop(PosixSignalContext signal)
        {
            // The command tidies up first. A second signal ends the process at once.
            signal.Cancel = !stop.IsCancellationRequested;
            exit = ExitCodeOf(signal.Signal);
            stop.Cancel();
        }
    }
}
