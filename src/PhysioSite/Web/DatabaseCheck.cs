using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PhysioSite.Web;

/// <summary>
/// A health check that needs the database and has a time limit. When the time is over it goes on, because canceling what waits for a server
/// takes seconds, and no other one begins meanwhile.
/// </summary>
internal sealed class DatabaseCheck<T>(IServiceScopeFactory scopes) : IHealthCheck
    where T : IHealthCheck
{
    /// <summary>A load balancer does not wait long for an instance. SQLite itself gives up waiting for a lock after five seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private Task<HealthCheckResult>? _running;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Task<HealthCheckResult> running;
        lock (_lock)
        {
            running = _running = _running is { IsCompleted: false }
                ? _running
                : Task.Run(() => RunAsync(context), CancellationToken.None);
        }

        try
        {
            return await running.WaitAsync(Longest, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Failed(context, $"The database has not answered for {Longest.TotalSeconds} seconds.");
        }
    }

    private async Task<HealthCheckResult> RunAsync(HealthCheckContext context)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var check = ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider);
            return await check.CheckHealthAsync(context, CancellationToken.None);
        }
        catch (Exception e)
        {
            return Failed(context, $"The database does not answer ({e.GetType().Name}).");
        }
    }

    private static HealthCheckResult Failed(HealthCheckContext context, string description) =>
        new(context.Registration.FailureStatus, description);
}

internal static class DatabaseChecks
{
    /// <summary>Adds a check to readiness.</summary>
    public static IHealthChecksBuilder AddDatabaseCheck<T>(this IHealthChecksBuilder checks, string name, HealthStatus failure)
        where T : IHealthCheck
    {
        checks.Services.AddSingleton<DatabaseCheck<T>>();
        return checks.AddCheck<DatabaseCheck<T>>(name, failure, [HealthChecks.Ready]);
    }
}
