namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// Encrypted values of some rows are damaged while the site is stopped, and put back while it runs. The others must not be affected.
/// </summary>
internal sealed class RowsSpoiled : Scenario
{
    private const int Before = 8;
    private const int Afterwards = 6;
    private const int Connections = 3;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(35);

    /// <summary>A changed letter, a lost half, text that was never encrypted, nothing.</summary>
    private static readonly Func<string, string>[] Damages =
    [
        text => text[..^20] + (text[^20] == 'A' ? 'B' : 'A') + text[^19..],
        text => text[..(text.Length / 2)],
        _ => "{\"Name\":\"Somebody\"}",
        _ => "",
    ];

    public override string Name => "rows-spoiled";

    public override bool Parks => true;

    public override string? Missing(Trial trial) => SiteClock.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        // Without a mail server the emails wait.
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Before, Connections, stop);
        await trial.TerminateSiteAsync(LongestEnd);
        var requests = trial.Database.Requests().Take(Damages.Length).ToList();
        var email = trial.Database.Mails().First(mail =>
            mail.Kind == EmailContent.ToTheClinic && requests.All(request => request.Reference != mail.About));
        foreach (var (request, damage) in requests.Zip(Damages))
        {
            trial.Database.Replace("AppointmentRequests", "Details", request.Id, damage(request.Details));
        }

        trial.Database.Replace("Outbox", "Content", email.Id, Damages[0](email.Content));
        trial.Injected = Damages.Length + 1;

        trial.Mail.Start();
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(Afterwards, Connections, stop);
        await trial.WaitForOutboxAsync(stop);
        await CheckAsync(trial, email, stop);
        foreach (var request in requests)
        {
            trial.Database.Replace("AppointmentRequests", "Details", request.Id, request.Details);
        }

        trial.Database.Replace("Outbox", "Content", email.Id, email.Content);
        trial.Recovery = await Trial.BecomesAsync(() => IsHealthyAsync(trial, stop), Noticed, stop)
            ? "healthy when put back"
            : "";
        if (trial.Recovery.Length == 0)
        {
            trial.Problems.Add("readiness reports the values as unreadable after they were put back");
        }
    }

    /// <summary>While the values are damaged: readiness says so, every private page opens, and one email needs a person.</summary>
    private static async Task CheckAsync(Trial trial, StoredMail email, CancellationToken stop)
    {
        trial.Problems.AddRange(Problem.Summarize(await LinkCheck.ProblemsAsync(trial, stop)));
        if (await IsHealthyAsync(trial, stop))
        {
            trial.Problems.Add("readiness does not report the damaged values");
        }

        var failed = trial.Database.Mails().Where(mail => mail.State == "Failed").ToList();
        if (failed is not [var only] || only.Id != email.Id || only.LastError?.Contains("cannot be read", StringComparison.Ordinal) != true)
        {
            trial.Problems.Add($"{failed.Count} emails need a person, instead of the damaged one alone");
        }
    }

    private static async Task<bool> IsHealthyAsync(Trial trial, CancellationToken stop) =>
        (await trial.ReadinessAsync(stop)).Contains("\"encryption\":{\"status\":\"Healthy\"", StringComparison.Ordinal);
}
