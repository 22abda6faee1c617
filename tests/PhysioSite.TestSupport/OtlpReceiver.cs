using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace PhysioSite.TestSupport;

/// <summary>A small local collector, which receives measurements and traces with the OpenTelemetry protocol over HTTP.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Text)> _bodies = new();
    private readonly ConcurrentQueue<string> _givenUp = new();
    private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private OtlpReceiver(bool holdsUntilBoth)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("{**path}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _bodies.Enqueue((request.Path, Encoding.UTF8.GetString(body.ToArray())));
            if (Metrics.Length > 0 && Traces.Length > 0)
            {
                _both.TrySetResult();
            }

            try
            {
                await (holdsUntilBoth ? _both.Task.WaitAsync(request.HttpContext.RequestAborted) : Task.CompletedTask);
            }
            catch (OperationCanceledException)
            {
                _givenUp.Enqueue(request.Path);
            }

            return Results.Bytes([], "application/x-protobuf");
        });
    }

    /// <summary>The settings of a site that exports to this collector, four times a second.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "250",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "250",
    };

    /// <summary>The metrics that were received. Protobuf has names and values of attributes as plain text.</summary>
    public string Metrics => Received("/v1/metrics");

    public string Traces => Received("/v1/traces");

    /// <summary>All that was received, wherever it was sent.</summary>
    public string Everything => string.Join('\n', _bodies.Select(body => body.Text));

    /// <summary>What the site stopped to wait for, as paths.</summary>
    public IReadOnlyCollection<string> GivenUp => _givenUp;

    /// <param name="holdsUntilBoth">Whether nothing is answered before measurements and traces have come.</param>
    public static async Task<OtlpReceiver> StartAsync(bool holdsUntilBoth = false)
    {
        var receiver = new OtlpReceiver(holdsUntilBoth);
        await receiver._app.StartAsync();
        receiver.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver._app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Received(string path) => string.Join('\n', _bodies.Where(body => body.Path == path).Select(body => body.Text));
}
