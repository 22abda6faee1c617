using System.Collections.Concurrent;
using System.Net;

namespace PhysioSite.Faults.Checks;

/// <summary>Opens the links that patients and staff have: those on the receipts, and those in the emails that arrived.</summary>
internal static class LinkCheck
{
    private const int Connections = 4;
    private const string StaffPath = "/staff/requests/";

    /// <param name="trial">A trial whose site runs.</param>
    public static async Task<IReadOnlyList<Problem>> ProblemsAsync(Trial trial, CancellationToken stop)
    {
        var told = trial.Ledger.Acknowledged.ToDictionary(told => told.Reference);
        var receipts = told.Values.Select(told => (told.Reference, Url: new Uri(trial.PublicOrigin, told.PrivatePath).AbsoluteUri));
        var emails = trial.Mail.Received.Select(mail => new Arrival(mail).Parts).SelectMany(mail =>
            told.Keys.Where(reference => mail.Subject.Contains(reference, StringComparison.Ordinal))
                .SelectMany(reference => mail.Bodies.SelectMany(body => body.Links).Select(url => (Reference: reference, Url: url))));
        var problems = new ConcurrentBag<Problem>();
        await Parallel.ForEachAsync(
            receipts.Concat(emails).Distinct().Chunk(50),
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = stop },
            async (links, _) =>
            {
                using var browser = trial.OpenBrowser();
                foreach (var (reference, url) in links)
                {
                    if (await ProblemAsync(browser, url, reference, trial.PublicOrigin) is { } problem)
                    {
                        problems.Add(new Problem(problem, reference));
                    }
                }
            });
        return [.. problems];
    }

    private static async Task<string?> ProblemAsync(Browser browser, string url, string reference, Uri publicOrigin)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var link) || link.GetLeftPart(UriPartial.Authority) != publicOrigin.OriginalString)
        {
            return "a link leads to another site";
        }

        try
        {
            var answer = await browser.GetAsync(link.PathAndQuery);
            return link.AbsolutePath.StartsWith(StaffPath, StringComparison.Ordinal)
                ? answer.Status == HttpStatusCode.Redirect && answer.Location!.StartsWith("/staff/sign-in", StringComparison.Ordinal)
                    ? null
                    : $"a link to the staff desk answers {(int)answer.Status} to a stranger"
                : answer.Status != HttpStatusCode.OK
                    ? $"a private link answers {(int)answer.Status}"
                    : answer.Page.QuerySelector("h1") is { } heading && heading.TextContent.Contains(reference, StringComparison.Ordinal)
                        ? null
                        : "a private link leads to another page";
        }
        catch (HttpRequestException e)
        {
            return $"a link has no answer ({e.Message})";
        }
    }
}
