using System.IO.Pipelines;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using PhysioSite.Connections;
using PhysioSite.Content;
using PhysioSite.Tests.Connections;
using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

/// <summary>What is answered in front of the pipeline. The pipeline is a stand-in that counts.</summary>
public sealed class CachedPageServerTests : IDisposable
{
    private static readonly DateTime Now = TestClock.Tuesday.UtcDateTime;

    private static readonly ContentLibrary Library = new(Repository.ContentPath, NullLogger<ContentLibrary>.Instance);

    private readonly TestClock _clock = new(TestClock.Tuesday);
    private readonly PageCache _cache = new(Library, Options.Create(new PageCacheOptions { BypassCookies = { "__Host-staff" } }));
    private readonly BrotliCompressor _compressor = new();
    private readonly Server _server = new();
    private readonly CachedPageServer _front;
    private readonly ServiceProvider _services;
    private bool _isObserved;

    public CachedPageServerTests()
    {
        // Other tests in this process observe requests, so the real observers are tested separately.
        _services = new ServiceCollection()
            .AddMetrics()
            .AddSingleton<PageMetrics>()
            .AddSingleton(provider => new CachedPageAnswers(
                _cache, _compressor, _clock, provider.GetRequiredService<PageMetrics>(), () => _isObserved))
            .BuildServiceProvider();
        _front = new CachedPageServer(_server, _services);
        Pages.GetOrRenderAsync("/about", [], null, Now, _ => Task.FromResult<CachedPage?>(
            new CachedPage(new PageBodies("text/html", "x"u8.ToArray()), Now, Now.AddHours(1)))).GetAwaiter().GetResult();
    }

    private CachedPages Pages => _cache.Current;

    public void Dispose()
    {
        _front.Dispose();
        _services.Dispose();
        _compressor.Dispose();
    }

    [Fact]
    public async Task Page_AfterThePipelineSentItTwice_IsAnsweredWithTheSameHeaders()
    {
        var pipeline = await StartAsync();

        var fromPipeline = await _server.SendAsync("GET", "/about");
        await _server.SendAsync("GET", "/about?x=1");
        Assert.Equal(2, pipeline.Count);
        var fromFront = await _server.SendAsync("GET", "/about?x=2");

        Assert.Equal(2, pipeline.Count);
        Assert.Equal(0, pipeline.Open);
        Assert.Equal(Sorted(fromPipeline), Sorted(fromFront));
        Assert.Contains(fromFront, header => header.Key == "X-Site");
        await _server.SendAsync("HEAD", "/about");
        Assert.Equal(2, pipeline.Count);
    }

    [Theory]
    [InlineData("POST", "/about", "", "")]
    [InlineData("GET", "/careers", "", "")]
    [InlineData("GET", "/about", "Host", "elsewhere.example")]
    [InlineData("GET", "/about", "Cookie", "__Host-staff=x")]
    [InlineData("GET", "/about", "Cookie", "local-staff=x")]
    [InlineData("GET", "/about", "X-Forwarded-For", "203.0.113.9")]
    [InlineData("GET", "/about", "X-Forwarded-Proto", "https")]
    [InlineData("GET", "/about", "Content-Type", "application/x-www-form-urlencoded")]
    public async Task Request_ThatThePipelineMustSee_ReachesIt(string method, string target, string header, string value)
    {
        var pipeline = await StartAsync();
        await WarmUpAsync(pipeline);

        await _server.SendAsync(method, target, header, value);

        Assert.Equal(1, pipeline.Count);
    }

    [Fact]
    public async Task Headers_ThatDifferInEachResponse_AreNeverRepeated()
    {
        var pipeline = await StartAsync();
        pipeline.Header = () => Guid.NewGuid().ToString();

        for (var i = 0; i < 5; i++)
        {
            await _server.SendAsync("GET", "/about");
        }

        Assert.Equal(5, pipeline.Count);
    }

    [Fact]
    public async Task Requests_WhileTheyAreObserved_ReachThePipeline()
    {
        var pipeline = await StartAsync();
        await WarmUpAsync(pipeline);

        _isObserved = true;
        await _server.SendAsync("GET", "/about");
        _isObserved = false;
        await _server.SendAsync("GET", "/about");

        Assert.Equal(1, pipeline.Count);
    }

    [Fact]
    public async Task Page_ThatExpired_ReachesThePipeline()
    {
        var pipeline = await StartAsync();
        await WarmUpAsync(pipeline);

        _clock.Advance(TimeSpan.FromHours(1));
        await _server.SendAsync("GET", "/about");

        Assert.Equal(1, pipeline.Count);
    }

    /// <summary>Compression takes too long for the thread of a connection.</summary>
    [Fact]
    public async Task Page_ThatIsNotCompressedForTheClient_ReachesThePipelineOnce()
    {
        var pipeline = await StartAsync();
        await WarmUpAsync(pipeline);

        await _server.SendAsync("GET", "/about", "Accept-Encoding", "br");
        Assert.Equal(1, pipeline.Count);
        await _server.SendAsync("GET", "/about", "Accept-Encoding", "br, gzip");
        await _server.SendAsync("GET", "/about", "Accept-Encoding", "identity");

        Assert.Equal(1, pipeline.Count);
    }

    [Fact]
    public async Task Page_ThatTheClientMayKnowInAnotherCoding_ReachesThePipelineOnce()
    {
        var pipeline = await StartAsync();
        await _server.SendAsync("GET", "/about", "Accept-Encoding", "br");
        await _server.SendAsync("GET", "/about", "Accept-Encoding", "br");
        await _server.SendAsync("GET", "/about", "Accept-Encoding", "br, gzip");
        Assert.Equal(2, pipeline.Count);

        await _server.SendAsync("GET", "/about", ("Accept-Encoding", "br, gzip"), ("If-None-Match", "\"x\""));
        await _server.SendAsync("GET", "/about", ("Accept-Encoding", "br, gzip"), ("If-None-Match", "\"x\""));

        Assert.Equal(3, pipeline.Count);
    }

    [Fact]
    public async Task Hosts_ThatClientsInvent_AreNotAllRemembered()
    {
        var pipeline = await StartAsync();
        for (var i = 0; i < 30; i++)
        {
            await _server.SendAsync("GET", "/about", "Host", $"{i}.example");
            await _server.SendAsync("GET", "/about", "Host", $"{i}.example");
        }

        pipeline.Count = 0;
        for (var i = 0; i < 30; i++)
        {
            await _server.SendAsync("GET", "/about", "Host", $"{i}.example");
        }

        Assert.Equal(10, pipeline.Count);
    }

    [Fact]
    public async Task Pages_WithInlineScheduling_AreAnsweredOnTheThreadOfTheConnectionAndThePipelineRunsOnTheThreadPool()
    {
        var pipeline = await StartAsync();
        await WarmUpAsync(pipeline);
        _server.Connection = new ConnectionPipes(new Pipes(new Pipe(), new Pipe()));

        Task rendered = null!;
        OtherThread.Run(() => rendered = _server.SendAsync("GET", "/careers"));
        await rendered;
        OtherThread.Run(() => Assert.True(_server.SendAsync("GET", "/about").IsCompletedSuccessfully));

        Assert.Equal(1, pipeline.Count);
        Assert.True(pipeline.LastThread!.IsThreadPoolThread);
    }

    private async Task<Pipeline> StartAsync()
    {
        var pipeline = new Pipeline(Pages, _compressor);
        await _front.StartAsync(pipeline, CancellationToken.None);
        return pipeline;
    }

    private async Task WarmUpAsync(Pipeline pipeline)
    {
        await _server.SendAsync("GET", "/about");
        await _server.SendAsync("GET", "/about");
        await _server.SendAsync("GET", "/about");
        Assert.Equal(2, pipeline.Count);
        pipeline.Count = 0;
    }

    private static IEnumerable<string> Sorted(IHeaderDictionary headers) =>
        headers.Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);

    /// <summary>Sends the page like the pipeline, with a header of the site.</summary>
    private sealed class Pipeline(CachedPages pages, BrotliCompressor compressor) : IHttpApplication<IFeatureCollection>
    {
        public int Count { get; set; }

        public int Open { get; private set; }

        public Thread? LastThread { get; private set; }

        public Func<string> Header { get; set; } = () => "site";

        public IFeatureCollection CreateContext(IFeatureCollection contextFeatures)
        {
            Open++;
            return contextFeatures;
        }

        public Task ProcessRequestAsync(IFeatureCollection context)
        {
            Count++;
            LastThread = Thread.CurrentThread;
            var request = context.GetRequiredFeature<IHttpRequestFeature>();
            var response = context.GetRequiredFeature<IHttpResponseFeature>();
            response.Headers["X-Site"] = Header();
            if (pages.Find(request.Path, null, Now) is { } page)
            {
                context.Set(new PageCacheRequest(pages, request.Path, Now) { Page = page });
                return PageAnswer.SendAsync(page, context, compressor);
            }

            return Task.CompletedTask;
        }

        public void DisposeContext(IFeatureCollection context, Exception? exception) => Open--;
    }

    private sealed record Pipes(Pipe Received, Pipe Sent) : IDuplexPipe
    {
        public PipeReader Input => Received.Reader;

        public PipeWriter Output => Sent.Writer;
    }

    /// <summary>A server without a network.</summary>
    private sealed class Server : IServer
    {
        private Func<IFeatureCollection, Task> _process = null!;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        /// <summary>Null without inline scheduling.</summary>
        public ConnectionPipes? Connection { get; set; }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            _process = async features =>
            {
                var context = application.CreateContext(features);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }

        public Task<IHeaderDictionary> SendAsync(string method, string target, string header = "", StringValues value = default) =>
            SendAsync(method, target, header.Length > 0 ? [(header, value)] : []);

        public async Task<IHeaderDictionary> SendAsync(
            string method, string target, params IReadOnlyList<(string Name, StringValues Value)> others)
        {
            var parts = target.Split('?');
            var request = new HttpRequestFeature
            {
                Method = method,
                Scheme = "https",
                Path = parts[0],
                QueryString = target[parts[0].Length..],
                Headers = { ["Host"] = "www.physiosite.example", ["Accept-Encoding"] = "gzip" },
            };
            foreach (var (name, value) in others)
            {
                request.Headers[name] = value;
            }

            var response = new HttpResponseFeature();
            using var body = new MemoryStream();
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(request);
            features.Set<IHttpResponseFeature>(response);
            features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
            features.Set(Connection);
            await _process(features);
            return response.Headers;
        }
    }
}
