using System.Net;

namespace PhysioSite.Tests.Features;

public sealed class CrawlTests(Site site) : IClassFixture<Site>
{
    /// <summary>Redirects to the sign-in page. The crawl follows the redirect.</summary>
    private const string RequestWorkflow = "/staff";

    [Fact]
    public async Task Links_OfTheWholeSite_LeadToAPageAndToItsFragment()
    {
        using var browser = site.Open();
        var pages = new Dictionary<string, Answer>();
        var wrong = new List<string>();
        var queue = new Queue<(string From, string To)>(PublicPages.Paths
            .Append($"/careers/{PublicPages.Closed.Slug}")
            .Append("/nowhere")
            .Select(path => ("the list of pages", path)));
        var fragments = new List<(string From, string Page, string Fragment)>();
        while (queue.TryDequeue(out var link))
        {
            var (path, fragment) = link.To.Split('#') is [var before, var after] ? (before, after) : (link.To, "");
            if (fragment.Length > 0)
            {
                fragments.Add((link.From, path, fragment));
            }

            if (pages.ContainsKey(path))
            {
                continue;
            }

            var answer = await browser.GetAsync(path);
            if (path == RequestWorkflow)
            {
                answer = await browser.GetAsync(answer.Location!);
            }

            pages.Add(path, answer);
            // The page of a closed position leads to the same page in the other language.
            var isClosedToo = answer.Status == HttpStatusCode.Gone
                && pages.GetValueOrDefault(link.From)?.Status == HttpStatusCode.Gone;
            if (answer.Status != HttpStatusCode.OK && !isClosedToo && link.From != "the list of pages")
            {
                wrong.Add($"{link.From} links to {link.To}, which answers {(int)answer.Status}");
            }

            if (answer.Response.Content.Headers.ContentType?.MediaType != "text/html")
            {
                continue;
            }

            var targets = answer.Page.QuerySelectorAll("a[href], area[href], link[href]:not([rel=canonical]), img[src]")
                .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!);
            foreach (var href in targets)
            {
                if (href.StartsWith('#'))
                {
                    queue.Enqueue((path, path + href));
                }
                else if (href.StartsWith('/'))
                {
                    queue.Enqueue((path, href));
                }
                else if (!Uri.TryCreate(href, UriKind.Absolute, out var elsewhere)
                    || elsewhere.Scheme is not ("https" or "mailto" or "tel"))
                {
                    wrong.Add($"{path} links to \"{href}\"");
                }
            }
        }

        wrong.AddRange(fragments
            .Where(link => pages[link.Page].Page.GetElementById(Uri.UnescapeDataString(link.Fragment)) is null)
            .Select(link => $"{link.From} links to {link.Page}#{link.Fragment}, which is not there"));

        Assert.Empty(wrong);
        Assert.NotEmpty(fragments);
        Assert.True(pages.Count > PublicPages.Paths.Count, $"{pages.Count} addresses read");
    }

    [Fact]
    public async Task Pages_OfTheSitemap_AreAllReachedFromTheHomePage()
    {
        using var browser = site.Open();
        var seen = new HashSet<string> { "/" };
        var queue = new Queue<string>(seen);
        while (queue.TryDequeue(out var path))
        {
            var page = (await browser.GetAsync(path)).Page;
            foreach (var link in page.QuerySelectorAll("a[href^='/']").Select(element => element.GetAttribute("href")!.Split('#', '?')[0]))
            {
                if (PublicPages.Paths.Contains(link) && seen.Add(link))
                {
                    queue.Enqueue(link);
                }
            }
        }

        Assert.Empty(PublicPages.Paths.Except(seen));
    }
}
