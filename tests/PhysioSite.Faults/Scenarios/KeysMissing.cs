namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// The keys of the stored data are missing or damaged at a start, and are put back later. A site that started with new keys would accept
/// requests and show none of the earlier ones.
/// </summary>
internal sealed class KeysMissing : Scenario
{
    private const int Before = 9;
    private const int Afterwards = 6;
    private const int Connections = 3;
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    public override string Name => "keys-missing";

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Before, Connections, stop);
        await trial.WaitForOutboxAsync(stop);
        await trial.TerminateSiteAsync(LongestEnd);
        var requests = trial.Database.Requests().Select(request => (request.Reference, request.Details)).ToList();
        var away = Path.Combine(trial.Folder, "keys-away");
        Directory.Move(trial.Keys, away);
        foreach (var (what, damage) in new (string, Action)[]
        {
            ("without its keys", () => { }),
            ("with an empty folder of keys", () => Directory.CreateDirectory(trial.Keys)),
            ("with emptied key files", () => WriteEmpty(away, trial.Keys)),
        })
        {
            damage();
            trial.Injected++;
            await AssertRefusesAsync(trial, what, stop);
            if (!trial.Database.Requests().Select(request => (request.Reference, request.Details)).SequenceEqual(requests))
            {
                trial.Problems.Add($"a start {what} changed the stored requests");
            }

            if (Directory.Exists(trial.Keys))
            {
                Directory.Delete(trial.Keys, recursive: true);
            }
        }

        Directory.Move(away, trial.Keys);
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Afterwards, Connections, stop);
    }

    private static async Task AssertRefusesAsync(Trial trial, string what, CancellationToken stop)
    {
        var refusal = await trial.TryStartSiteAsync(stop);
        if (refusal is null)
        {
            trial.Problems.Add($"the site started {what}");
            await trial.TerminateSiteAsync(LongestEnd);
        }
        else if (!refusal.Explains("key"))
        {
            trial.Problems.Add($"the site ended {what} with {refusal.ExitCode} and did not explain it: {refusal.LastLine}");
        }

        if (Directory.Exists(trial.Keys) && Directory.EnumerateFiles(trial.Keys).Any(file => new FileInfo(file).Length > 0))
        {
            trial.Problems.Add($"a start {what} wrote new keys");
        }
    }

    private static void WriteEmpty(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.WriteAllText(Path.Combine(to, Path.GetFileName(file)), "");
        }
    }
}
