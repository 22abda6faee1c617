using System.Diagnostics;

namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// Connections that send one byte per second, some in the headers and some in the body, while patients submit forms.
/// </summary>
/// <param name="onlyBodies">
/// Whether to wait only until connections with slow bodies are closed. Those with slow headers are allowed twice as long.
/// </param>
internal sealed class SlowConnections(bool onlyBodies) : Scenario
{
    private const int OfEachKind = 25;
    private const int Posts = 40;
    private const int Connections = 4;
    private static readonly TimeSpan LongestUntilCut = TimeSpan.FromMinutes(2);

    public override string Name => "slow-connections";

    public override bool IsShort => false;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Posts, Connections, stop);
        var alone = await TimeAsync(() => trial.ConcurrentPatients.AskAsync(Posts, Connections, stop));

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(LongestUntilCut);
        var headers = Enumerable.Range(0, OfEachKind).Select(_ => SlowClient.SendHeadersAsync(trial.Address, over.Token)).ToList();
        var bodies = Enumerable.Range(0, OfEachKind).Select(_ => SlowClient.SendBodyAsync(trial.Address, over.Token)).ToList();
        trial.Injected = headers.Count + bodies.Count;
        var among = await TimeAsync(() => trial.ConcurrentPatients.AskAsync(Posts, Connections, stop));
        var hanging = headers.Concat(bodies).Count(slow => !slow.IsCompleted);
        trial.Log(
            $"{Posts} forms took {alone.TotalSeconds:0.0} s alone, "
            + $"{among.TotalSeconds:0.0} s beside {trial.Injected} slow connections, of which {hanging} still hung");

        var cutBodies = await CutAsync(trial, bodies, "bodies");
        var cutHeaders = onlyBodies ? "" : $", headers {await CutAsync(trial, headers, "headers")}";
        trial.Recovery = $"bodies {cutBodies}{cutHeaders}";
        await over.CancelAsync();
        await Task.WhenAll(headers).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static async Task<string> CutAsync(Trial trial, List<Task<TimeSpan>> slow, string what)
    {
        try
        {
            var lasted = (await Task.WhenAll(slow)).Max();
            trial.Log($"slow {what} were cut after {lasted.TotalSeconds:0} s at most");
            return $"cut after {lasted.TotalSeconds:0} s";
        }
        catch (OperationCanceledException)
        {
            trial.Problems.Add($"slow {what} were not cut within {LongestUntilCut.TotalMinutes} minutes");
            return "never cut";
        }
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> what)
    {
        var watch = Stopwatch.StartNew();
        await what();
        return watch.Elapsed;
    }
}
