using System.Runtime.InteropServices;
using PhysioSite.Data;

namespace PhysioSite.Operations;

/// <summary>
/// Creates the services and the requested command, and runs the command until it completes or is stopped by a signal.
/// </summary>
/// <param name="createServices">Creates the services from the settings of the command line and the given ones, which override them.</param>
internal sealed class CommandHost(Func<string[], IServiceProvider> createServices)
{
    /// <summary>Exit code of a command stopped by SIGINT: 128 plus the signal number, the shell convention.</summary>
    public const int Interrupted = 130;

    /// <summary>Exit code of a command stopped by SIGTERM: 128 plus the signal number.</summary>
    public const int Terminated = 143;

    public static int ExitCodeOf(PosixSignal signal) => signal == PosixSignal.SIGTERM ? Terminated : Interrupted;

    /// <returns>The exit code: 0 for success, 1 for failure.</returns>
    /// <exception cref="StartupException">The command failed for a reason that an operator can correct.</exception>
    public Task<int> RunAsync<T>(Func<T, CancellationToken, Task<int>> run)
        where T : class => RunAsync(async cancellationToken =>
        {
            await using var scope = CreateServices();
            return await run(ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider), cancellationToken);
        });

    /// <summary>For a command that needs services for more than one set of settings.</summary>
    /// <inheritdoc cref="RunAsync{T}"/>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        var exit = Interrupted;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await run(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped before it was done.");
            return exit;
        }

        void Stop(PosixSignalContext signal)
        {
            // The first signal lets the command clean up. A second signal ends the process immediately.
            signal.Cancel = !stop.IsCancellationRequested;
            exit = ExitCodeOf(signal.Signal);
            stop.Cancel();
        }
    }

    /// <param name="settings">In the form "Section:Name=value".</param>
    public AsyncServiceScope CreateServices(params string[] settings) => createServices(settings).CreateAsyncScope();
}
