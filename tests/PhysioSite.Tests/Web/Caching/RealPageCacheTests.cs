using System.Net;

namespace PhysioSite.Tests.Web.Caching;

/// <summary>Cached pages of the real server, the first ones from the pipeline and the rest in front of it.</summary>
public sealed class RealPageCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-real-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pages_InFrontOfThePipeline_AreAnsweredLikeTheFirst()
    {
        using var site = await RealSite.StartAsync(new Dictionary<string, string> { ["Data:Folder"] = Path.Combine(_folder, "data") });
        using var browser = site.Open();
        foreach (var path in new[] { "/articles/shin-splints", "/es/clinics/madison", "/" })
        {
            var answers = new List<string>();
            for (var i = 0; i < 4; i++)
            {
                answers.Add(await SendAsync(browser, HttpMethod.Get, path));
            }

            Assert.All(answers, answer => Assert.Equal(answers[0], answer));
            Assert.Contains("Content-Security-Policy", answers[0], StringComparison.Ordinal);
            Assert.Equal(
                answers[0].Split("\n\n")[0],
                (await SendAsync(browser, HttpMethod.Head, path)).Split("\n\n")[0]);
        }

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("elsewhere.example"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, await StatusAsync("www.physiosite.example"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site.Address.Authority));

        async Task<HttpStatusCode> StatusAsync(string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/articles/shin-splints") { Headers = { Host = host } };
            using var response = await browser.Client.SendAsync(request);
            return response.StatusCode;
        }
    }

    private static async Task<string> SendAsync(Browser browser, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Accept-Encoding", "gzip" } } };
        using var response = await browser.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var headers = response.Headers.Where(header => header.Key != "Date")
            .Concat<KeyValuePair<string, IEnumerable<string>>>(response.Content.Headers)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        return $"{string.Join('\n', headers)}\n\n{Convert.ToBase64String(await response.Content.ReadAsByteArrayAsync())}";
    }
}
