using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using PhysioSite.Telemetry;
using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

/// <summary>
/// Alone in the process, because other tests observe everything. The server is a real one, so that the instruments are those of the
/// framework.
/// </summary>
[Collection(nameof(RequestObserversTests))]
public sealed class RequestObserversTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private RequestObservers _observers = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<RequestObservers>();
        builder.Services.AddSingleton<PageMetrics>();
        _app = builder.Build();
        _app.MapGet("/about", () => "x");
        await _app.StartAsync();
        _observers = _app.Services.GetRequiredService<RequestObservers>();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Measurements_OfPagesInFrontOfThePipeline_AreThoseOfTheFramework()
    {
        var metrics = _app.Services.GetRequiredService<PageMetrics>();
        Assert.False(metrics.AreEnabled);
        var measured = new ConcurrentQueue<string>();
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Meter.Name == RequestObservers.Hosting)
                {
                    meters.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, "", tags));
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $" {value}", tags));
            listener.Start();
            using var client = new HttpClient();
            var address = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
            await client.GetStringAsync($"{address.Single()}/about");
            await Eventually.TrueAsync(() => Task.FromResult(measured.Count == 3), "the request is measured");
            var byTheFramework = measured.ToArray();
            measured.Clear();

            Assert.True(metrics.AreEnabled);
            Assert.False(_observers.Any);
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Scheme = "http", Protocol = "HTTP/1.1" });
            features.Set<IHttpResponseFeature>(new HttpResponseFeature { StatusCode = 200 });
            metrics.Begin(features, "/about").Dispose();

            Assert.Equal(byTheFramework, measured);
        }

        Assert.False(metrics.AreEnabled);

        void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => measured.Enqueue(
            $"{instrument.Name}{value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order())}");
    }

    [Fact]
    public void Traces_ThatTheSiteExportsItself_AreNoReason()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "Microsoft.AspNetCore" };
        ActivitySource.AddActivityListener(listener);
        var exporting = ActivatorUtilities.CreateInstance<RequestObservers>(
            _app.Services, Options.Create(new TelemetryOptions { Endpoint = "http://127.0.0.1:4317" }));

        Assert.False(exporting.Any);
    }

    [Fact]
    public void Traces_OfRequests_AreNoticed()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "Microsoft.AspNetCore" };
        ActivitySource.AddActivityListener(listener);

        Assert.True(_observers.Any);
    }

    [Fact]
    public void DiagnosticEvents_AreNoticed()
    {
        using var subscription = _app.Services.GetRequiredService<DiagnosticListener>().Subscribe(new Observer());

        Assert.True(_observers.Any);
    }

    private sealed class Observer : IObserver<KeyValuePair<string, object?>>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
        }
    }
}

[CollectionDefinition(nameof(RequestObserversTests), DisableParallelization = true)]
public sealed class RequestObserversAlone;
