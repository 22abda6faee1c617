using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data.Saving;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Telemetry;

namespace PhysioSite.Features.Staff.Live;

/// <summary>Live updates of the desk. docs/decisions/0029-live-updates-say-that-not-what.md has the reasons.</summary>
public static class LiveFeature
{
    public const string StreamPath = SitePaths.StaffDesk + "/live";
    public const string StayPath = SitePaths.StaffDesk + "/stay";

    internal static void AddLiveUpdates(this IServiceCollection services)
    {
        services.AddSingleton<LiveUpdates>();
        services.AddSingleton<ISavedRowsObserver, SavedRequests>();
        services.AddScoped<LiveStream>();
        services.AddScoped<OpenRequests>();
    }

    public static void MapLiveUpdates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StreamPath, StreamAsync)
            .RequireAuthorization()
            .WithMetadata(new BackgroundRequestAttribute(), new SkipStatusCodePagesAttribute())
            .DisableHttpMetrics();
        routes.MapGet(StayPath, (HttpContext context, TimeProvider time) =>
                TypedResults.Json(new { seconds = StaffSessions.SecondsLeft(context.User.Identities.First(), time.GetUtcNow()) }))
            .RequireAuthorization()
            .WithMetadata(new SkipStatusCodePagesAttribute());
    }

    /// <param name="request">The reference of the request that the page shows, if it shows one.</param>
    private static async Task<IResult> StreamAsync(
        string? request, HttpContext context, StaffScope scope, LiveStream stream, CancellationToken cancellationToken)
    {
        // A stream lasts as long as its page is open.
        RequestTraces.LeaveOut(context);
        ShownRequest? shown = null;
        if (request is not null)
        {
            var wanted = Reference.Clean(request);
            shown = await (await scope.RequestsAsync(cancellationToken))
                .Where(row => row.Reference == wanted)
                .Select(row => new ShownRequest(row.Id, row.ClinicSlug))
                .SingleOrDefaultAsync(cancellationToken);
            if (shown is null)
            {
                return TypedResults.NotFound();
            }
        }

        // nginx buffers a response otherwise, so that events arrive late or never.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var key = context.Request.Cookies[StaffSessionHandler.CookieName]!;
        return TypedResults.ServerSentEvents(stream.ReadAsync(key, shown, cancellationToken));
    }
}
