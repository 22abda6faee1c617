using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Whether somebody logs, measures or traces HTTP requests. The pipeline reports them, so it must answer every request then.
/// </summary>
internal sealed class RequestObservers(
    ILoggerFactory logs, DiagnosticListener diagnostics, ActivitySource activities, IMeterFactory meters)
{
    private const string Hosting = "Microsoft.AspNetCore.Hosting";

    private readonly ILogger _log = logs.CreateLogger($"{Hosting}.Diagnostics");

    /// <summary>A meter returns the instrument that the framework has created with the same name, unit and description.</summary>
    private readonly Instrument[] _instruments =
    [
        meters.Create(Hosting).CreateHistogram<double>("http.server.request.duration", "s", "Duration of HTTP server requests."),
        meters.Create(Hosting).CreateUpDownCounter<long>(
            "http.server.active_requests", "{request}", "Number of active HTTP server requests."),
    ];

    private readonly EventSource? _events = EventSource.GetSources().FirstOrDefault(source => source.Name == Hosting);

    public bool Any =>
        _log.IsEnabled(LogLevel.Information)
        || diagnostics.IsEnabled()
        || activities.HasListeners()
        || _instruments[0].Enabled
        || _instruments[1].Enabled
        || _events?.IsEnabled() == true;
}
