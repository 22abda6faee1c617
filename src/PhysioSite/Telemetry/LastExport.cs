using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PhysioSite.Telemetry;

/// <summary>
/// Exports what is left once the site has stopped. Measurements and traces are sent at the same time, so that a collector that does not
/// answer delays the end of the program by one time limit, not by that of each.
/// </summary>
/// <param name="services">The providers of OpenTelemetry are created later than hosted services, after the settings were checked.</param>
internal sealed class LastExport(IHostApplicationLifetime lifetime, IServiceProvider services) : IHostedService
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(3);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var (metrics, traces) = (services.GetRequiredService<MeterProvider>(), services.GetRequiredService<TracerProvider>());
        var limit = (int)TimeLimit.TotalMilliseconds;
        lifetime.ApplicationStopped.Register(() => Parallel.Invoke(() => metrics.Shutdown(limit), () => traces.Shutdown(limit)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
