using System.Net;

namespace PhysioSite.Faults.Checks;

/// <summary>Checks that patients do not notice that instances of two versions run, whichever of them answers.</summary>
internal sealed class VersionChecks(Cluster cluster, ConcurrentPatients patients)
{
    private const string FilesOfAPage = "link[rel=stylesheet], link[rel=icon], script[src], img[src]";

    private static readonly string[] Pages = ["/", RequestJourney.Path, "/staff/sign-in"];

    /// <param name="old">An instance of the version that is being replaced.</param>
    /// <param name="new">An instance of the version that replaces it.</param>
    public async Task<IReadOnlyList<string>> ProblemsAsync(SiteInstance old, SiteInstance @new, CancellationToken stop)
    {
        // The form is of one version and is sent to the other, and so are the receipt and the private page.
        await patients.AskAsync(DirectHandler.Open([old.Address, @new.Address], new CookieContainer()), stop);
        await patients.AskAsync(DirectHandler.Open([@new.Address, old.Address], new CookieContainer()), stop);
        return [.. await OfFilesAsync(old, @new), .. await OfFilesAsync(@new, old)];
    }

    /// <summary>
    /// A page that was loaded just before the last instance of its version ended asks for its style sheet: it gets that of the other
    /// version, and does not keep it.
    /// </summary>
    /// <param name="address">The address of a style sheet that no instance has any more.</param>
    public async Task<IReadOnlyList<string>> OfAFileThatIsGoneAsync(string address)
    {
        using var browser = cluster.Nginx.Open();
        var file = await browser.GetAsync($"{address}?gone");
        var isCurrent = file.Status == HttpStatusCode.OK && file.Response.Content.Headers.ContentType?.MediaType == "text/css";
        return isCurrent && file.Response.Headers.CacheControl is { NoCache: true, MaxAge: null }
            ? []
            : [$"a style sheet that no instance has any more answers {(int)file.Status} with {file.Response.Headers.CacheControl}"];
    }

    /// <summary>The address of the style sheet that pages of an instance have.</summary>
    public static async Task<string> StyleSheetAsync(SiteInstance instance)
    {
        using var browser = DirectHandler.Open(instance.Address, new CookieContainer());
        return (await browser.GetAsync(Pages[0])).Page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!;
    }

    /// <summary>The files of an instance's pages come through nginx as the instance has them, also when another version is asked.</summary>
    private async Task<IEnumerable<string>> OfFilesAsync(SiteInstance instance, SiteInstance other)
    {
        var problems = new List<string>();
        using var direct = DirectHandler.Open(instance.Address, new CookieContainer());
        using var elsewhere = DirectHandler.Open(other.Address, new CookieContainer());
        using var browser = cluster.Nginx.Open();
        var isOneElsewhere = true;
        foreach (var file in await FilesAsync(direct))
        {
            var original = await direct.GetAsync(file);
            if (original.Status != HttpStatusCode.OK)
            {
                problems.Add($"a file of a page answers {(int)original.Status}");
            }

            var found = await elsewhere.GetAsync(file);
            isOneElsewhere &= found.Status == HttpStatusCode.OK;
            if (found.Status != HttpStatusCode.NotFound && found.Text != original.Text)
            {
                problems.Add("the other version has another file at the same address");
            }

            // Not from the cache of nginx, and as often as there are instances, so that each is asked first.
            for (var i = 0; i < cluster.Instances.Count; i++)
            {
                var answer = await browser.GetAsync($"{file}?again{i}");
                if (answer.Status != HttpStatusCode.OK || answer.Text != original.Text)
                {
                    problems.Add($"while two versions run, a file of a page answers {(int)answer.Status}, or is another one");
                }
            }
        }

        if (isOneElsewhere)
        {
            problems.Add("both versions have the same files");
        }

        return problems.Distinct();
    }

    private static async Task<List<string>> FilesAsync(Browser browser)
    {
        var files = new HashSet<string>();
        foreach (var path in Pages)
        {
            files.UnionWith((await browser.GetAsync(path)).Page.QuerySelectorAll(FilesOfAPage)
                .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)
                .Where(address => address.StartsWith('/')));
        }

        return [.. files];
    }
}
