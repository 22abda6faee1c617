using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
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
        _app = builder.Build();
        _app.Run(context => context.Response.WriteAsync("x"));
        await _app.StartAsync();
        _observers = _app.Services.GetRequiredService<RequestObservers>();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Meter_OfTheFramework_IsNoticedAndSeesEveryRequest()
    {
        Assert.False(_observers.Any);
        var count = 0;
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Name == "http.server.request.duration")
                {
                    meters.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref count));
            listener.Start();
            Assert.True(_observers.Any);
            using var client = new HttpClient();
            await client.GetStringAsync(_app.Services.GetRequiredService<IServer>().Features
                .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
            await Eventually.TrueAsync(() => Task.FromResult(count > 0), "the request is measured");
        }

        Assert.Equal(1, count);
        Assert.False(_observers.Any);
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
