namespace PhysioSite.Faults.Scenarios;

/// <summary>The site is asked to stop while deliveries wait for a server that does not respond.</summary>
internal sealed class Termination : Scenario
{
    private const int Posts = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(20);
    private static readonly SmtpStage[] Silences = [SmtpStage.Greeting, SmtpStage.Recipient, SmtpStage.Message];

    public override string Name => "sigterm";

    public override bool IsShort => false;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        // 30 seconds is a typical SMTP timeout.
        trial.Settings["Email__Smtp__TimeoutSeconds"] = "30";
        trial.Mail.Start();
        var took = new List<string>();
        foreach (var stage in Silences)
        {
            var met = trial.Mail.Injected;
            trial.Mail.Begin(new SmtpFault("silent", stage, SmtpMove.Silence));
            await trial.StartSiteAsync(stop);
            await trial.ConcurrentPatients.AskAsync(Posts, Posts, stop);
            await Trial.BecomesAsync(() => trial.Mail.Injected > met, Noticed, stop);
            var ended = await trial.TerminateSiteAsync(TimeSpan.FromSeconds(45));
            took.Add($"{ended?.TotalSeconds ?? double.PositiveInfinity:0.0}");
            trial.Log($"silent at {stage}: ended after {took[^1]} s");
            if (ended is null || ended > Longest)
            {
                trial.Problems.Add($"with a server silent at {stage} the site took {took[^1]} s to end");
            }

            trial.Mail.End();
        }

        trial.Recovery = $"ended in {string.Join(", ", took)} s";
        await trial.StartSiteAsync(stop);
    }
}
