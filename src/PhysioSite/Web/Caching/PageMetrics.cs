using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Measures requests that are answered in front of the pipeline, with the instruments and the attributes of ASP.NET Core, so that they are
/// counted like all others.
/// </summary>
internal sealed class PageMetrics(IMeterFactory meters)
{
    /// <summary>A meter returns the instrument that the framework has created with the same name, unit and description.</summary>
    private readonly Histogram<double> _duration = meters.Create(RequestObservers.Hosting)
        .CreateHistogram<double>("http.server.request.duration", "s", "Duration of HTTP server requests.");

    private readonly UpDownCounter<long> _active = meters.Create(RequestObservers.Hosting)
        .CreateUpDownCounter<long>("http.server.active_requests", "{request}", "Number of active HTTP server requests.");

    public bool AreEnabled => _duration.Enabled || _active.Enabled;

    /// <param name="route">The template of the page's address.</param>
    /// <returns>A handle that ends the measurement on disposal.</returns>
    public Measured Begin(IFeatureCollection features, string? route) => new(this, features, route);

    private static string VersionOf(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? "1.1" : HttpProtocol.IsHttp2(protocol) ? "2" : "1.0";

    public readonly struct Measured : IDisposable
    {
        private readonly PageMetrics _metrics;
        private readonly IFeatureCollection _features;
        private readonly string? _route;
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly TagList _tags;

        public Measured(PageMetrics metrics, IFeatureCollection features, string? route)
        {
            (_metrics, _features, _route) = (metrics, features, route);
            var request = features.GetRequiredFeature<IHttpRequestFeature>();
            _tags = new TagList { { "http.request.method", request.Method }, { "url.scheme", request.Scheme } };
            metrics._active.Add(1, _tags);
        }

        public void Dispose()
        {
            _metrics._active.Add(-1, _tags);
            var tags = _tags;
            tags.Add("network.protocol.version", VersionOf(_features.GetRequiredFeature<IHttpRequestFeature>().Protocol));
            tags.Add("http.response.status_code", _features.GetRequiredFeature<IHttpResponseFeature>().StatusCode);
            tags.Add("http.route", _route);
            _metrics._duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, tags);
        }
    }
}
