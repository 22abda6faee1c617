using System.Net;

namespace PhysioSite.Faults.Desk;

/// <summary>
/// Simulates a member of staff with one signed-in browser, who works on requests on their pages and keeps a page of the desk open that
/// updates itself. No other member works on the same requests.
/// </summary>
/// <param name="cookies">The cookies of the browser.</param>
internal sealed class StaffMember(string name, Browser browser, CookieContainer cookies, DeskLedger ledger, int seed) : IDisposable
{
    public const string SignedOut = "a member of staff was signed out";

    private const string Queue = "/staff";

    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan BeforeAnotherTry = TimeSpan.FromMilliseconds(500);

    /// <summary>What staff do on the page of a request: the form, other answers, and the kind of event that the site stores.</summary>
    private static readonly (string Form, KeyValuePair<string, string?>[] Answers, string Kind)[] Actions =
    [
        ("main form#claim", [], "Claimed"),
        ("main form[action*='handler=NoAnswer']", [new("Result", "LeftMessage"), new("NextTry", "NextDay")], "NoAnswer"),
        ("main form[action*='handler=Note']", [], "Note"),
    ];

    private readonly Random _random = new(seed);
    private int _changes;

    public string Name => name;

    public CookieContainer Cookies => cookies;

    public Browser Browser => browser;

    /// <summary>Works until <paramref name="enough"/> is canceled. A change already begun is completed.</summary>
    /// <param name="isMine">Whether the member works on the request with a reference.</param>
    public async Task WorkAsync(Func<string, bool> isMine, CancellationToken enough, CancellationToken stop)
    {
        while (!enough.IsCancellationRequested)
        {
            if (await OpenAsync(Queue, stop) is not { } queue)
            {
                return;
            }

            var mine = queue.Page.QuerySelectorAll("tr[data-reference]")
                .Select(row => row.GetAttribute("data-reference")!).Where(isMine).ToList();
            if (mine.Count > 0)
            {
                await ChangeAsync(mine[_random.Next(mine.Count)], stop);
            }

            await Task.Delay(BetweenChanges, stop);
        }
    }

    public void Dispose() => browser.Dispose();

    private async Task ChangeAsync(string reference, CancellationToken stop)
    {
        var (form, answers, kind) = Actions[_random.Next(Actions.Length)];
        var change = new DeskChange(reference, kind, name, $"Note {++_changes} by {name}");
        var (isSent, isUncertain) = (false, false);
        while (await OpenAsync($"{Queue}/requests/{reference}", stop) is { } page && !change.IsAcknowledged)
        {
            if (isUncertain && page.Main.Contains(change.Note, StringComparison.Ordinal))
            {
                change.IsAcknowledged = true;
                return;
            }

            if (page.Page.QuerySelector(form) is null)
            {
                ledger.AddBroken($"the page of a request has no form for \"{kind}\"");
                return;
            }

            if (!isSent)
            {
                ledger.Add(change);
                isSent = true;
            }

            var status = await TrySubmitAsync(page, form, [.. answers, new("Note", change.Note)]);
            if (status == HttpStatusCode.Redirect)
            {
                change.IsAcknowledged = true;
                return;
            }

            // Nobody else works on the request, so only an earlier try that was not answered can have changed it meanwhile.
            if (status is not (null or HttpStatusCode.ServiceUnavailable) && !(status == HttpStatusCode.Conflict && isUncertain)
                && !(status is HttpStatusCode.Conflict or HttpStatusCode.NotFound && ledger.MayConflict))
            {
                ledger.AddBroken($"a change of a request was answered with {(int)status}");
                return;
            }

            isUncertain = true;
            ledger.AddUnanswered();
            await Task.Delay(BeforeAnotherTry, stop);
        }
    }

    /// <returns>Null when there was no answer.</returns>
    private async Task<HttpStatusCode?> TrySubmitAsync(Answer page, string form, IEnumerable<KeyValuePair<string, string?>> answers)
    {
        try
        {
            var answer = await browser.SubmitAsync(page, form, answers);
            return IsSignIn(answer) ? HttpStatusCode.Unauthorized : answer.Status;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Reads a page until there is one.</summary>
    /// <returns>Null when the person was signed out, or when the server that answers does not have the page while there are two.</returns>
    private async Task<Answer?> OpenAsync(string path, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                var answer = await browser.GetAsync(path);
                if (answer.Status == HttpStatusCode.OK)
                {
                    return answer;
                }

                if (IsSignIn(answer))
                {
                    ledger.AddBroken(SignedOut);
                    return null;
                }

                if (answer.Status == HttpStatusCode.NotFound && ledger.MayConflict)
                {
                    return null;
                }

                if (answer.Status != HttpStatusCode.ServiceUnavailable)
                {
                    ledger.AddBroken($"a page of the desk answered {(int)answer.Status}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // No response.
            }

            await Task.Delay(BeforeAnotherTry, stop);
        }
    }

    private static bool IsSignIn(Answer answer) => answer.Status == HttpStatusCode.Unauthorized
        || (answer.Status == HttpStatusCode.Redirect && answer.Location!.StartsWith("/staff/sign-in", StringComparison.Ordinal));
}
