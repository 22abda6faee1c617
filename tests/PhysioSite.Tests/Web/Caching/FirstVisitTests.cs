using System.Text.RegularExpressions;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Web.Caching;

/// <summary>What the first reader of a page loads, who does not get Brotli at its best level.</summary>
public sealed partial class FirstVisitTests : IDisposable
{
    private const int OneRoundTrip = 14_336;

    /// <summary>The first line and the headers.</summary>
    private const int HeadersOfAPage = 870;
    private const int HeadersOfAStyleSheet = 425;

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-real-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task LargePages_WithTheirCompactStyleSheets_FitIntoOneRoundTrip()
    {
        using var site = await RealSite.StartAsync(
            new Dictionary<string, string> { ["Data:Folder"] = Path.Combine(_folder, "data") }, "Development");
        using var browser = site.Open();
        var styles = new Dictionary<string, long>();
        foreach (var path in PublicPages.Paths.Where(IsLarge))
        {
            // The compressed page is the first answer: a page without compression would be kept first.
            var size = await CompressedAsync(browser, path) + HeadersOfAPage;
            foreach (Match style in StyleSheets().Matches((await browser.GetAsync(path)).Text))
            {
                var address = style.Groups[1].Value;
                if (!styles.TryGetValue(address, out var length))
                {
                    styles[address] = length = await CompressedAsync(browser, address) + HeadersOfAStyleSheet;
                    await AssertCompactAsync(browser, address);
                }

                size += length;
            }

            Assert.True(size <= OneRoundTrip, $"{path} and its style sheets are {size} bytes");
        }

        Assert.Equal(3, styles.Count);
    }

    private static bool IsLarge(string path) =>
        path is "/" or "/es/"
        || path.Contains("/articles/", StringComparison.Ordinal)
        || path.Contains("/areas/", StringComparison.Ordinal);

    private static async Task<long> CompressedAsync(Browser browser, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", "br" } } };
        using var response = await browser.Client.SendAsync(request);
        Assert.Equal(["br"], response.Content.Headers.ContentEncoding);
        return (await response.Content.ReadAsByteArrayAsync()).Length;
    }

    /// <summary>The style sheet has the rules of its file, without comments and line breaks.</summary>
    private static async Task AssertCompactAsync(Browser browser, string address)
    {
        var served = (await browser.GetAsync(address)).Text;
        var file = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "src", "PhysioSite", "Styles", address.Split('.')[0].TrimStart('/') + ".css"));

        Assert.DoesNotContain("/*", served, StringComparison.Ordinal);
        Assert.Single(served.TrimEnd().Split('\n'));
        Assert.Equal(NotRules().Replace(file, ""), NotRules().Replace(served, ""));
    }

    [GeneratedRegex("""<link rel="stylesheet" href="([^"]+)">""")]
    private static partial Regex StyleSheets();

    [GeneratedRegex(@"/\*[\s\S]*?\*/|\s|;(?=\s*\})")]
    private static partial Regex NotRules();
}
