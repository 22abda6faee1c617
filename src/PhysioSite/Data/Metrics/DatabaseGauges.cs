using System.Diagnostics.Metrics;

namespace PhysioSite.Data.Metrics;

/// <summary>
/// Gauges that are read from the database each time that they are exported. Every instance of the site reads the same values, so they must
/// not be added up. While the database does not answer, a gauge has no value. Nor has it in the last export of a site that stops: if the
/// database does not answer then, the program would end before the counters are sent.
/// </summary>
internal static class DatabaseGauges
{
    /// <summary>How long an export waits for the database.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    /// <param name="unit">As in the Unified Code for Units of Measure: <c>s</c>, <c>{email}</c>.</param>
    public static void CreateDatabaseGauge<T>(
        this Meter meter,
        string name,
        string unit,
        string description,
        IServiceScopeFactory scopes,
        Func<SiteDbContext, CancellationToken, Task<IEnumerable<Measurement<T>>>> read)
        where T : struct =>
        meter.CreateObservableGauge(name, () => Observe(scopes, read), unit, description);

    private static IEnumerable<Measurement<T>> Observe<T>(
        IServiceScopeFactory scopes, Func<SiteDbContext, CancellationToken, Task<IEnumerable<Measurement<T>>>> read)
        where T : struct
    {
        try
        {
            return Task.Run(() => ReadAsync(scopes, read)).GetAwaiter().GetResult();
        }
        catch (Exception)
        {
            // Health checks report that the database does not answer. An exception would end the export of everything else.
            return [];
        }
    }

    private static async Task<IEnumerable<Measurement<T>>> ReadAsync<T>(
        IServiceScopeFactory scopes, Func<SiteDbContext, CancellationToken, Task<IEnumerable<Measurement<T>>>> read)
        where T : struct
    {
        await using var scope = scopes.CreateAsyncScope();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(
            scope.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        limit.CancelAfter(TimeLimit);
        return await read(scope.ServiceProvider.GetRequiredService<SiteDbContext>(), limit.Token);
    }
}
