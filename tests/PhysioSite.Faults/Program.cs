using System.Runtime.InteropServices;
using PhysioSite.Faults;

FaultOptions options;
IReadOnlyList<Scenario> chosen;
try
{
    options = FaultOptions.Parse(args);
    chosen = ScenarioRun.Choose(options);
}
catch (ArgumentProblem problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}

if (options.ShowHelp)
{
    Console.WriteLine(FaultOptions.Help);
    return 0;
}

if (options.List)
{
    foreach (var scenario in chosen)
    {
        Console.WriteLine(scenario.Name);
    }

    return 0;
}

using var ended = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    return await new ScenarioRun(options, chosen).RunAsync(ended.Token);
}
catch (OperationCanceledException) when (ended.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; every process that was started has been ended.");
    return 130;
}
catch (InvalidOperationException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.Cancel();
}
