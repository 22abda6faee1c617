using System.Net;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Telemetry;

/// <summary>What a collector receives from the real program.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Collector_OfTheRealProgram_GetsMetricsAndTracesWithoutAPatient()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var site = await RealSite.StartAsync([
            .. receiver.Settings, new("Data:Folder", Path.Combine(_folder, "data")), new("OTEL_SERVICE_NAME", "north-clinics")]);
        using var browser = site.Open();
        for (var i = 0; i < 4; i++)
        {
            await browser.GetAsync("/articles/shin-splints");
        }

        var receipt = await browser.AskAsync([.. Canaries.Answers().Select(pair => (pair.Key, pair.Value))]);
        await browser.GetAsync(receipt.StatusPath);
        await browser.GetAsync($"/clinics?zip={Canaries.Zip}");
        await browser.GetAsync("/search?q=quokka");
        Assert.Equal(HttpStatusCode.BadRequest, await SearchAsync(site, ("Host", "elsewhere.example")));

        foreach (var metric in new[]
        {
            "physiosite.appointment.forms", "physiosite.appointment.overdue", "physiosite.appointment.held", "physiosite.email.unsent",
            "physiosite.email.oldest_waiting.age", "physiosite.email.attempts", "db.client.operation.duration",
            "http.server.request.duration", "dotnet.gc.collections", "kestrel.active_connections",
            "articles/{slug}", "north-clinics", "sqlite", "COMMIT", "accepted",
        })
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(receiver.Metrics.Contains(metric, StringComparison.Ordinal)), $"the collector has {metric}");
        }

        foreach (var trace in new[] { "POST request-appointment", "GET requests/{token}", "SELECT", "save in batch", "north-clinics" })
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(receiver.Traces.Contains(trace, StringComparison.Ordinal)), $"the collector has {trace}");
        }

        site.AskToStop();
        Assert.Equal(0, await site.ExitAsync());
        Assert.Empty(Canaries.NamedIn(receiver.Everything));
        Assert.DoesNotContain(receipt.Reference, receiver.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(receipt.StatusPath.Split('/')[^1], receiver.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("HttpRequestIn", receiver.Traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_WithATraceOfItsOwn_HasNoPartInTheTracesOfTheSite()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var site = await RealSite.StartAsync([.. receiver.Settings, new("Data:Folder", Path.Combine(_folder, "data"))]);

        // The last two digits say that the client does not keep this trace.
        await SearchAsync(
            site, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"), ("tracestate", "quokka=canary"));

        await Eventually.TrueAsync(
            () => Task.FromResult(receiver.Traces.Contains("GET search", StringComparison.Ordinal)), "the request is traced");
        Assert.Empty(Canaries.NamedIn(receiver.Everything));
    }

    [Fact]
    public async Task Stop_WithASlowCollector_SendsMeasurementsAndTracesAtTheSameTime()
    {
        await using var receiver = await OtlpReceiver.StartAsync(holdsUntilBoth: true);
        using var site = await RealSite.StartAsync([
            .. receiver.Settings, new("Data:Folder", Path.Combine(_folder, "data")),
            new("OTEL_METRIC_EXPORT_INTERVAL", "3600000"), new("OTEL_BSP_SCHEDULE_DELAY", "3600000")]);
        await SearchAsync(site);
        Assert.Empty(receiver.Everything);

        site.AskToStop();

        Assert.Equal(0, await site.ExitAsync());
        Assert.Contains("GET search", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", receiver.Metrics, StringComparison.Ordinal);
        Assert.Empty(receiver.GivenUp);
    }

    [Fact]
    public void Site_WithoutAnEndpoint_HasNothingOfOpenTelemetry()
    {
        using var site = new Site();

        Assert.Null(site.Services.GetService<MeterProvider>());
        Assert.Null(site.Services.GetService<TracerProvider>());
    }

    [Fact]
    public async Task Settings_ThatOpenTelemetryDoesNotUnderstand_StopTheStart()
    {
        Dictionary<string, string> settings = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317",
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = "/v1/traces",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "quokka",
            ["OTEL_EXPORTER_OTLP_COMPRESSION"] = "zstd",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "-1",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1m",
            ["OTEL_TRACES_SAMPLER"] = "sometimes",
            ["OTEL_TRACES_SAMPLER_ARG"] = "10%",
        };

        using var site = RealSite.Run([new("Data:Folder", Path.Combine(_folder, "data")), .. settings]);

        Assert.Equal(1, await site.ExitAsync());
        Assert.All(settings.Keys, name => Assert.Contains($"{name} must be ", site.Output, StringComparison.Ordinal));
        Assert.Empty(Canaries.NamedIn(site.Output));
    }

    private static async Task<HttpStatusCode> SearchAsync(RealSite site, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site.Address, "/search?q=quokka"));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
