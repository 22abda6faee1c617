using System.Diagnostics;
using System.Net;
using System.Net.ServerSentEvents;

namespace PhysioSite.Tests.Features.Staff.Live;

/// <summary>An open stream of events.</summary>
internal sealed class LiveEvents(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly List<SseItem<string>> _seen = [];

    public HttpResponseMessage Response { get; } = response;

    public IReadOnlyList<SseItem<string>> Seen => _seen;

    public static async Task<LiveEvents> OpenAsync(Browser browser, string path)
    {
        var response = await browser.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync());
        return new LiveEvents(response, parser.EnumerateAsync().GetAsyncEnumerator());
    }

    /// <summary>Reads up to the next event of a kind.</summary>
    public async Task<SseItem<string>> UntilAsync(string kind)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Limit && await items.MoveNextAsync();)
        {
            _seen.Add(items.Current);
            if (items.Current.EventType == kind)
            {
                return items.Current;
            }
        }

        throw new InvalidOperationException($"The stream ended, or {Limit.TotalSeconds} seconds passed, before {kind}.");
    }

    public async Task UntilTheEndAsync()
    {
        while (await items.MoveNextAsync())
        {
            _seen.Add(items.Current);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Response.Dispose();
        await Task.CompletedTask;
    }
}
