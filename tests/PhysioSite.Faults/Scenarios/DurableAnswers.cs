namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// Nothing breaks: the system calls show whether each answer waited until the request was forced to the disk. Email is paused meanwhile, so
/// that nothing but the requests is written.
/// </summary>
internal sealed class DurableAnswers : Scenario
{
    private const int Posts = 10;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(30);

    private static readonly SmtpFault PasswordRefused =
        SmtpFault.All.Single(fault => fault.Name == "password-refused");

    public override string Name => "durable-answers";

    public override string? Missing(Trial trial) => SystemCalls.Missing ?? SiteClock.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        trial.Mail.Begin(PasswordRefused);
        trial.SystemCalls = new SystemCalls(Path.Combine(trial.Folder, "calls"));
        await trial.StartSiteAsync(stop);
        await trial.ConcurrentPatients.AskAsync(1, 1, stop);
        if (!await Trial.BecomesAsync(() => trial.Database.Failures() > 0, Noticed, stop))
        {
            trial.Problems.Add("the site did not notice the refused password");
        }

        await CheckAsync(trial, Posts, stop);
        trial.Mail.End();
        trial.Recovery = $"{Posts} answers observed";
    }

    /// <summary>Sends forms one after another and compares their answers with what was forced to the disk before.</summary>
    public static async Task CheckAsync(Trial trial, int posts, CancellationToken stop)
    {
        var position = trial.SystemCalls!.Position;
        await trial.ConcurrentPatients.AskAsync(posts, 1, stop);
        if (!await Trial.BecomesAsync(() => trial.SystemCalls.Answers(position).Answers >= posts, Noticed, stop))
        {
            trial.Problems.Add($"strace has seen {trial.SystemCalls.Answers(position).Answers} of {posts} answers");
        }
        else if (trial.SystemCalls.Answers(position).TooEarly is > 0 and var tooEarly)
        {
            trial.Problems.Add($"{tooEarly} of {posts} requests were acknowledged before they were forced to the disk");
        }
    }
}
