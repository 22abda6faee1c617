using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace PhysioSite.TestSupport;

/// <summary>A small local HTTP server that receives alerts.</summary>
public sealed class WebhookServer : IAsyncDisposable
{
    private const string Secret = "/hooks/a-secret-path";

    private readonly ConcurrentQueue<string> _texts = new();
    private readonly WebApplication _app;

    private WebhookServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost(Secret, async (HttpRequest request) =>
        {
            var message = await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(request.Body);
            Tries++;
            if (Status == StatusCodes.Status200OK)
            {
                _texts.Enqueue(message!["text"]);
            }

            return Results.StatusCode(Status);
        });
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>The status code of the following answers. A message is accepted only with 200.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public int Tries { get; private set; }

    /// <summary>The messages that were accepted, in order.</summary>
    public IReadOnlyList<string> Texts => [.. _texts];

    public static async Task<WebhookServer> StartAsync()
    {
        var server = new WebhookServer();
        await server._app.StartAsync();
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single() + Secret);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
