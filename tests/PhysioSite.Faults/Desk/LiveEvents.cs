using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace PhysioSite.Faults.Desk;

/// <summary>The event stream of an open page of the desk.</summary>
internal static class LiveEvents
{
    private const string Path = "/staff/live";

    /// <summary>How long the page waits after an answer that is not a stream, after which a browser does not connect again.</summary>
    private static readonly TimeSpan AfterAnotherAnswer = TimeSpan.FromSeconds(30);

    /// <summary>How long a browser waits after the end of a connection, unless the stream says how long.</summary>
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromSeconds(3);

    /// <summary>Keeps the stream open like a page of the desk, until <paramref name="enough"/> is canceled.</summary>
    public static async Task ListenAsync(Browser browser, DeskLedger ledger, CancellationToken enough)
    {
        var reconnect = AfterTheEnd;
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await foreach (var item in ReadAsync(browser, enough))
                {
                    reconnect = item.ReconnectionInterval ?? reconnect;
                    if (item.EventType == "changed")
                    {
                        ledger.AddUpdate();
                    }
                    else if (item.EventType == "ended")
                    {
                        ledger.AddBroken(StaffMember.SignedOut);
                        return;
                    }
                }

                await WaitAsync(reconnect, enough);
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized)
            {
                ledger.AddBroken(StaffMember.SignedOut);
                return;
            }
            catch (HttpRequestException e) when (e.StatusCode is { } status)
            {
                if (status != HttpStatusCode.ServiceUnavailable)
                {
                    ledger.AddBroken($"a stream of events answered {(int)status}");
                }

                await WaitAsync(AfterAnotherAnswer, enough);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                await WaitAsync(reconnect, enough);
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>The events until the connection ends.</summary>
    /// <exception cref="HttpRequestException">There is no connection, or the answer has another status than 200.</exception>
    public static async IAsyncEnumerable<SseItem<string>> ReadAsync(
        Browser browser, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await browser.Client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"The stream answered {response.StatusCode}.", null, response.StatusCode);
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            yield return item;
        }
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken enough) =>
        await Task.Delay(time, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
