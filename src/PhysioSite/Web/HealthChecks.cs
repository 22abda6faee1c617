using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Email.Outbox;
using PhysioSite.Telemetry;
using PhysioSite.Web.Forms;

namespace PhysioSite.Web;

/// <summary>
/// <c>/healthz</c> is the liveness endpoint and <c>/healthz/ready</c> is the readiness endpoint. Neither returns patient data.
/// </summary>
internal static class HealthChecks
{
    public const string Path = "/healthz";

    /// <summary>The tag of the checks that readiness reports.</summary>
    public const string Ready = "ready";

    /// <summary>
    /// The name of a result's data with the text of an alert, for a degraded check that somebody must be told of at once. It has no data of
    /// patients.
    /// </summary>
    public const string AlertData = "alert";

    /// <summary>Including those that the middleware for forwarded headers writes in place of the ones it has used.</summary>
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Original-For", "X-Original-Proto", "X-Real-IP", "Via"];

    public static IServiceCollection AddSiteHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .LogChangesOnly()
            .AddDatabaseCheck<DatabaseHealth>("database", HealthStatus.Unhealthy)
            .AddCheck<ContentHealth>("content", HealthStatus.Degraded, [Ready])
            .AddDatabaseCheck<EmailHealth>("email", HealthStatus.Degraded)
            .AddDatabaseCheck<EncryptionHealth>("encryption", HealthStatus.Degraded)
            .AddCheck<FormsHealth>("forms", HealthStatus.Degraded, [Ready]);
        return services;
    }

    /// <param name="administrator">The authorization policy of those who may see the details.</param>
    public static void MapSiteHealth(this IEndpointRouteBuilder routes, string administrator)
    {
        routes.MapHealthChecks(Path, new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks($"{Path}/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = async (context, report) => await (await MaySeeDetailsAsync(context, administrator)
                ? context.Response.WriteAsJsonAsync(new
                {
                    status = report.Status.ToString(),
                    version = SiteTelemetry.Version,
                    checks = report.Entries.ToDictionary(
                        entry => entry.Key,
                        entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description }),
                })
                : context.Response.WriteAsJsonAsync(new { status = report.Status.ToString() })),
        });
    }

    /// <summary>
    /// The details name the version, settings and files. They are for this machine, without a proxy in between, and for administrators.
    /// </summary>
    private static async Task<bool> MaySeeDetailsAsync(HttpContext context, string administrator)
    {
        var isForwarded = ForwardingHeaders.Any(context.Request.Headers.ContainsKey);
        if (!isForwarded && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))
        {
            return true;
        }

        var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(context.User, administrator)).Succeeded;
    }

    private static HealthCheckResult DegradedWithAlert(string description, string alert) =>
        HealthCheckResult.Degraded(description, data: new Dictionary<string, object> { [AlertData] = alert });

    private sealed class DatabaseHealth(SiteDbContext db, DatabaseProbe probe) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await db.Set<OutboxEmail>().AnyAsync(cancellationToken);
            return await probe.FindProblemAsync(db, cancellationToken) is { } problem
                ? HealthCheckResult.Unhealthy($"The database cannot be written: {problem}")
                : probe.FreeSpace < DatabaseProbe.LeastSpace
                    ? HealthCheckResult.Degraded($"Only {probe.FreeSpace / 1024 / 1024} MB are free for the data folder.")
                    : HealthCheckResult.Healthy("The database answers and can be written.");
        }
    }

    private sealed class EncryptionHealth(
        SiteDbContext db, IKeyStore keys, ColumnEncryption encryption, UnreadableValues unreadable) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (encryption.FindProblem() is { } problem)
            {
                return HealthCheckResult.Unhealthy($"Nothing can be encrypted: {problem}");
            }

            if (keys.FindLost() is { Count: > 0 } lost)
            {
                return HealthCheckResult.Unhealthy(
                    $"Key files in use were deleted or changed in {keys.Location}: {string.Join(", ", lost)}. What is stored now cannot be "
                    + "read after a restart. Put back their copy before you stop the site.");
            }

            var values = await unreadable.CountAsync(db, cancellationToken);
            var files = keys.FindProblems();
            return values + files.Count == 0
                ? HealthCheckResult.Healthy("A value can be encrypted and decrypted; no stored value is known to be unreadable.")
                : HealthCheckResult.Degraded(
                    $"{values}{(values == UnreadableValues.Most ? " or more" : "")} stored values cannot be read; "
                    + $"{files.Count} keys are damaged or cannot be read.");
        }
    }

    private sealed class FormsHealth(RefusedForms refused) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(refused.Last is { } last
                ? DegradedWithAlert(
                    $"{last.Count} forms of this site's own pages were refused within an hour: their Origin was {last.Origin}, the site "
                    + $"was {last.Address}. Check Site:PublicOrigin, and the headers that the proxy sets.",
                    // Without the values, because a client chose them.
                    $"{last.Count} forms of the site's own pages were refused within an hour. The log says why.")
                : HealthCheckResult.Healthy("No form of this site's own pages was refused."));
    }

    private sealed class ContentHealth(ContentLibrary library, TimeProvider time) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            string[] problems =
            [
                .. library.Problems.Select(problem => $"An earlier version is shown of {problem.File}:{problem.Line}.").Distinct(),
                .. library.English.Articles
                    .Where(article => article.IsReviewOverdue(today))
                    .Select(article => $"The review of articles/{article.Slug}.md was due on {article.NextReview:yyyy-MM-dd}."),
            ];
            return Task.FromResult(problems.Length == 0
                ? HealthCheckResult.Healthy("Every content file is valid, every article reviewed in time.")
                : HealthCheckResult.Degraded(string.Join(' ', problems)));
        }
    }

    private sealed class EmailHealth(SiteDbContext db, OutboxWorker worker, TimeProvider time) : IHealthCheck
    {
        private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var waiting = db.Set<OutboxEmail>().Where(email => email.State == OutboxState.Waiting);
            var oldest = await waiting.MinAsync(email => (DateTime?)email.CreatedUtc, cancellationToken);
            var failed = await db.Set<OutboxEmail>().CountAsync(email => email.State == OutboxState.Failed, cancellationToken);
            var now = time.GetUtcNow().UtcDateTime;
            var age = oldest is { } written ? now - written : TimeSpan.Zero;
            var description = $"The oldest unsent email is {(int)age.TotalMinutes} minutes old; {failed} need a person.";
            return age > Late && await IsDownAsync(now, cancellationToken)
                ? DegradedWithAlert($"No email can be sent. {worker.Pause?.Reason} {description}", $"No email can be sent. {description}")
                : worker.Pause is { } pause ? HealthCheckResult.Degraded($"Email is paused. {pause.Reason} {description}")
                : age > Late || failed > 0 ? HealthCheckResult.Degraded(description)
                : HealthCheckResult.Healthy(description);
        }

        /// <summary>Whether emails wait because none can be sent, not because of their recipients' servers.</summary>
        private async Task<bool> IsDownAsync(DateTime now, CancellationToken cancellationToken)
        {
            var since = now - Late;
            var emails = db.Set<OutboxEmail>();
            return await emails.AnyAsync(
                    email => email.State == OutboxState.Waiting
                        && email.CreatedUtc < since
                        && (email.LastError != null || email.NextAttemptUtc < since),
                    cancellationToken)
                && !await emails.AnyAsync(email => email.SentUtc > since && email.SentUtc <= now, cancellationToken);
        }
    }
}
