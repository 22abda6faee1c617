using System.Data.Common;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Live;

/// <summary>
/// The events of one open page of the desk. They say that something changed, never what: the page then reads its list again, with the
/// rights of its user. The session is checked before each event and is not extended.
/// </summary>
/// <remarks>
/// Events: <c>session</c> (seconds until it ends), <c>changed</c> (a request of the user's clinics or, on the page of a request, its
/// version), <c>colleagues</c> (first names of those who have the request open), <c>ended</c> (the session), <c>replaced</c> (too many
/// streams of one session). The browser itself has an event named <c>open</c>.
/// </remarks>
internal sealed class LiveStream(
    IServiceScopeFactory scopes,
    LiveUpdates updates,
    IPresence presence,
    IHttpContextAccessor http,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    /// <summary>
    /// The longest time without an event. Shorter than the time after which proxies close a silent connection, and than
    /// <see cref="IPresence.Interval"/>.
    /// </summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>No colleagues.</summary>
    private const string None = "[]";

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(5);

    /// <summary>Changes within this time are sent together.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    /// <param name="sessionKey">The key in the browser's cookie.</param>
    /// <param name="request">The request that the page shows. Null for other pages.</param>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        string sessionKey, ShownRequest? request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var subscription = updates.Subscribe(StaffSessions.Hash(sessionKey));
        var user = http.HttpContext!.User;
        var me = Guid.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!);
        await using var open = request is null ? null : await OpenedPage.ReportAsync(request, me, presence, updates);
        IReadOnlyList<string?> changes = [];
        var (version, names) = (-1, None);
        while (true)
        {
            if (subscription.IsReplaced)
            {
                yield return new SseItem<string>("{}", "replaced");
                yield break;
            }

            if (await CheckAsync(sessionKey, request, me, changes, stop.Token) is not { } state)
            {
                yield break;
            }

            if (state.Seconds <= 0)
            {
                yield return new SseItem<string>("{}", "ended");
                yield break;
            }

            yield return new SseItem<string>(JsonSerializer.Serialize(new { seconds = state.Seconds }), "session")
            {
                ReconnectionInterval = Reconnect,
            };
            if (request is null ? state.HasChanges : version != state.Version)
            {
                version = state.Version;
                yield return new SseItem<string>(JsonSerializer.Serialize(new { version }), "changed");
            }

            if (names != state.Colleagues)
            {
                names = state.Colleagues;
                yield return new SseItem<string>(names, "colleagues");
            }

            var left = TimeSpan.FromSeconds(state.Seconds);
            if (await WaitAsync(subscription, left < Heartbeat ? left : Heartbeat, stop.Token) is not { } next)
            {
                yield break;
            }

            changes = next;
            await (open?.ReportAgainAsync() ?? Task.CompletedTask);
        }
    }

    /// <returns>Null when the page is closed or the site stops.</returns>
    private async Task<IReadOnlyList<string?>?> WaitAsync(
        LiveSubscription subscription, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            var first = await subscription.WaitAsync(atMost, cancellationToken);
            if (first.Count == 0)
            {
                return first;
            }

            await Task.Delay(Settle, time, cancellationToken);
            return [.. first, .. await subscription.WaitAsync(TimeSpan.Zero, cancellationToken)];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <returns>Null when the page is closed, the site stops, the request is not the user's any more, or nothing can be read.</returns>
    private async Task<LiveState?> CheckAsync(
        string sessionKey, ShownRequest? request, Guid me, IReadOnlyList<string?> changes, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var sessions = scope.ServiceProvider.GetRequiredService<StaffSessions>();
            var identity = await sessions.FindAsync(sessionKey, IdentityConstants.ApplicationScheme, extends: false, cancellationToken);
            if (identity is null)
            {
                return new LiveState(0, false, 0, None);
            }

            http.HttpContext!.User = new ClaimsPrincipal(identity);
            var seconds = StaffSessions.SecondsLeft(identity, time.GetUtcNow());
            var visible = scope.ServiceProvider.GetRequiredService<StaffScope>();
            if (request is not null)
            {
                var version = await (await visible.RequestsAsync(cancellationToken))
                    .Where(row => row.Id == request.Id)
                    .Select(row => (int?)row.Version)
                    .SingleOrDefaultAsync(cancellationToken);
                var open = await scope.ServiceProvider.GetRequiredService<OpenRequests>()
                    .FirstNamesAsync([request.Id], me, cancellationToken);
                return version is { } current
                    ? new LiveState(seconds, false, current, JsonSerializer.Serialize(open[request.Id]))
                    : null;
            }

            var hasChanges = changes.Contains(null) || await visible.SeesAnyAsync([.. changes.OfType<string>()], cancellationToken);
            return new LiveState(seconds, hasChanges, 0, None);
        }
        catch (Exception e) when (e is OperationCanceledException or DbException)
        {
            return null;
        }
    }

    /// <param name="Seconds">Until the session ends.</param>
    /// <param name="HasChanges">Whether a request of the user's clinics changed.</param>
    /// <param name="Version">Of the request that the page shows.</param>
    /// <param name="Colleagues">The first names of others who have it open, as a list in JSON.</param>
    private sealed record LiveState(int Seconds, bool HasChanges, int Version, string Colleagues);

    /// <summary>Tells the streams of all instances that a person has a request open, until it is disposed.</summary>
    private sealed class OpenedPage(ShownRequest request, Guid person, IPresence presence, LiveUpdates updates) : IAsyncDisposable
    {
        private readonly Guid _id = Guid.NewGuid();

        public static async Task<OpenedPage> ReportAsync(ShownRequest request, Guid person, IPresence presence, LiveUpdates updates)
        {
            var page = new OpenedPage(request, person, presence, updates);
            await page.ReportAgainAsync();
            updates.Publish(request.ClinicSlug);
            return page;
        }

        public Task ReportAgainAsync() => presence.ReportAsync(_id, new OpenPage(request.Id, person));

        public async ValueTask DisposeAsync()
        {
            await presence.RemoveAsync(_id);
            updates.Publish(request.ClinicSlug);
        }
    }
}
