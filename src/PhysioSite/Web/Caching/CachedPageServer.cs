using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PhysioSite.Connections;

namespace PhysioSite.Web.Caching;

/// <summary>
/// Answers requests for cached pages before an <see cref="HttpContext"/> is created, which saves a quarter of the processor time. It has no
/// rules of its own: it answers only for a scheme and a host for which the pipeline has sent a cached page, with the headers that the
/// pipeline added. All other requests go to the pipeline, also those through a proxy, and all requests while they are logged or traced.
/// </summary>
/// <param name="services">Provides the cache when the server starts. The server is created earlier than the content.</param>
internal sealed class CachedPageServer(IServer server, IServiceProvider services) : IServer
{
    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        server.StartAsync(new Application<TContext>(application, services.GetRequiredService<CachedPageAnswers>()), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    /// <param name="Page">Null when the pipeline answers.</param>
    private sealed record Exchange<TContext>(IFeatureCollection Features, CachedPage? Page, SiteHeaders? Headers, TContext? Context);

    private sealed class Application<TContext>(IHttpApplication<TContext> pipeline, CachedPageAnswers answers)
        : IHttpApplication<Exchange<TContext>>
        where TContext : notnull
    {
        public Exchange<TContext> CreateContext(IFeatureCollection contextFeatures) =>
            answers.Find(contextFeatures) is { } found
                ? new(contextFeatures, found.Page, found.Headers, default)
                : new(contextFeatures, null, null, pipeline.CreateContext(contextFeatures));

        public Task ProcessRequestAsync(Exchange<TContext> context) =>
            context.Page is not null
                ? answers.SendAsync(context.Page, context.Headers!, context.Features)
                : ProcessAsync(context.Features, context.Context!);

        public void DisposeContext(Exchange<TContext> context, Exception? exception)
        {
            if (context.Page is null)
            {
                pipeline.DisposeContext(context.Context!, exception);
            }
        }

        private async Task ProcessAsync(IFeatureCollection features, TContext context)
        {
            // Read before the pipeline, which replaces them for a request through a proxy.
            var site = CachedPageAnswers.SiteOf(features);
            await (features.Get<ConnectionPipes>() is { } connection
                ? connection.RunAsync(() => pipeline.ProcessRequestAsync(context))
                : pipeline.ProcessRequestAsync(context));
            answers.Learn(site, features);
        }
    }
}

/// <summary>The headers that the pipeline adds to a cached page. They depend on the scheme and the host only.</summary>
internal sealed record SiteHeaders(KeyValuePair<string, StringValues>[] Headers)
{
    /// <summary>Whether a second response had the same headers. If not, they are not used.</summary>
    public bool AreConfirmed { get; set; }
}

/// <summary>Finds the cached page for a request that has not reached the pipeline.</summary>
/// <param name="isObserved">Whether the pipeline must see every request.</param>
internal sealed class CachedPageAnswers(
    PageCache cache, BrotliCompressor compressor, TimeProvider time, PageMetrics metrics, Func<bool> isObserved)
{
    /// <summary>A site has few hosts. With <c>AllowedHosts</c> set to all, clients can invent them.</summary>
    private const int MostSites = 20;

    /// <summary>Written by <see cref="PageAnswer"/> or by the server.</summary>
    private static readonly HashSet<string> NotOfTheSite = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.ETag, HeaderNames.Vary, HeaderNames.CacheControl, HeaderNames.ContentType, HeaderNames.ContentLength,
        HeaderNames.ContentEncoding, HeaderNames.Date, HeaderNames.Server, HeaderNames.Connection, HeaderNames.KeepAlive,
        HeaderNames.TransferEncoding, HeaderNames.AltSvc,
    };

    private readonly ConcurrentDictionary<(string Scheme, string Host), SiteHeaders> _sites = new();

    /// <returns>Null for a request through a proxy: the pipeline decides whether its headers are trusted.</returns>
    public static (string Scheme, string Host)? SiteOf(IFeatureCollection features)
    {
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        return request.Headers.ContainsKey("X-Forwarded-For") || request.Headers.ContainsKey("X-Forwarded-Proto")
            || request.PathBase.Length > 0
            ? null
            : (request.Scheme, request.Headers.Host.ToString());
    }

    public (CachedPage Page, SiteHeaders Headers)? Find(IFeatureCollection features)
    {
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        return cache.MayAnswer(request.Method, request.Headers)
            && SiteOf(features) is { } site
            && _sites.TryGetValue(site, out var headers) && headers.AreConfirmed
            && !isObserved()
            && cache.Current.Find(request.Path, request.QueryString, time.GetUtcNow().UtcDateTime) is { } page
            && PageAnswer.IsCompressed(page, request.Headers)
                ? (page, headers)
                : null;
    }

    public Task SendAsync(CachedPage page, SiteHeaders site, IFeatureCollection features) => metrics.AreEnabled
        ? SendMeasuredAsync(page, site, features)
        : SendPageAsync(page, site, features);

    /// <summary>Takes the headers from the response to a request that the pipeline answered with a cached page.</summary>
    public void Learn((string Scheme, string Host)? site, IFeatureCollection features)
    {
        if (site is not { } key
            || features.Get<PageCacheRequest>()?.Page is null
            || features.GetRequiredFeature<IHttpResponseFeature>() is not { StatusCode: StatusCodes.Status200OK } response)
        {
            return;
        }

        var headers = response.Headers.Where(header => !NotOfTheSite.Contains(header.Key)).ToArray();
        if (!_sites.TryGetValue(key, out var known))
        {
            if (_sites.Count < MostSites)
            {
                _sites.TryAdd(key, new SiteHeaders(headers));
            }
        }
        else if (!known.AreConfirmed)
        {
            known.AreConfirmed = known.Headers.SequenceEqual(headers);
            if (!known.AreConfirmed)
            {
                // A value that differs in each response never becomes confirmed.
                _sites[key] = new SiteHeaders(headers);
            }
        }
    }

    private async Task SendMeasuredAsync(CachedPage page, SiteHeaders site, IFeatureCollection features)
    {
        using (metrics.Begin(features, page.Route))
        {
            await SendPageAsync(page, site, features);
        }
    }

    private Task SendPageAsync(CachedPage page, SiteHeaders site, IFeatureCollection features)
    {
        var headers = features.GetRequiredFeature<IHttpResponseFeature>().Headers;
        foreach (var (name, value) in site.Headers)
        {
            headers[name] = value;
        }

        return PageAnswer.SendAsync(page, features, compressor);
    }
}
