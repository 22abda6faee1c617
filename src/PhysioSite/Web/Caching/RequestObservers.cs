using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Extensions.Options;
using PhysioSite.Telemetry;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Whether somebody logs or traces HTTP requests. The pipeline reports them, so it must answer every request then. Measurements are no
/// reason, because <see cref="PageMetrics"/> makes them, and nor are the traces that the site exports itself: they leave out pages that are
/// kept in memory.
/// </summary>
internal sealed class RequestObservers(
    ILoggerFactory logs, DiagnosticListener diagnostics, ActivitySource activities, IOptions<TelemetryOptions> telemetry)
{
    public const string Hosting = "Microsoft.AspNetCore.Hosting";

    private readonly ILogger _log = logs.CreateLogger($"{Hosting}.Diagnostics");

    private readonly EventSource? _events = EventSource.GetSources().FirstOrDefault(source => source.Name == Hosting);

    public bool Any =>
        _log.IsEnabled(LogLevel.Information)
        || diagnostics.IsEnabled()
        || (activities.HasListeners() && !telemetry.Value.IsExported)
        || _events?.IsEnabled() == true;
}
