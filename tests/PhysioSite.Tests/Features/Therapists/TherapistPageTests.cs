using System.Net;
using System.Text.Json;
using PhysioSite.Tests.Content;

namespace PhysioSite.Tests.Features.Therapists;

public sealed class TherapistPageTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task Page_OfATherapist_SaysWhoTheyAreAndLeadsToTheForm()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync("/therapists/daniel-okafor");

        Assert.Equal("Daniel Okafor", Answer.Words(page.Page.QuerySelector("h1")!));
        var facts = page.Page.QuerySelectorAll("dl.facts > div").ToDictionary(
            fact => Answer.Words(fact.QuerySelector("dt")!), fact => Answer.Words(fact.QuerySelector("dd")!));
        Assert.Equal("Running injuries, Tendon pain", facts["Treats most often"]);
        Assert.Equal("English", facts["Languages"]);
        Assert.Equal("Wisconsin", facts["Licensed in"]);
        Assert.Equal("Madison", facts["Clinic"]);
        Assert.Contains("SCS: board-certified specialist in sports", facts["Credentials"], StringComparison.Ordinal);
        var portrait = page.Page.QuerySelector("main img")!;
        Assert.Equal(
            ("/images/therapists/daniel-okafor.svg", "240", "240"),
            (portrait.GetAttribute("src"), portrait.GetAttribute("width"), portrait.GetAttribute("height")));
        Assert.StartsWith("Drawing of Daniel Okafor", portrait.GetAttribute("alt"), StringComparison.Ordinal);
        var request = page.Page.QuerySelector("main a.button")!;
        Assert.Equal("Request this therapist", Answer.Words(request));
        Assert.Equal("/request-appointment?clinic=madison&therapist=daniel-okafor", request.GetAttribute("href"));
    }

    [Fact]
    public async Task Page_OfATherapistAtTwoClinics_HasAButtonForEach()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync("/therapists/marcus-delgado");

        Assert.Equal(
            ["Request this therapist: Alameda", "Request this therapist: Oakland"],
            page.Page.QuerySelectorAll("main a.button").Select(Answer.Words));
    }

    [Fact]
    public async Task Page_InSpanish_IsSpanish()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync("/es/therapists/maya-torres");

        Assert.Contains("Lesiones de corredores, Pie y tobillo", page.Main, StringComparison.Ordinal);
        Assert.Contains("inglés, español", page.Main, StringComparison.Ordinal);
        Assert.Contains("doctorado en fisioterapia", page.Main, StringComparison.Ordinal);
        Assert.Equal(
            "/es/request-appointment?clinic=oakland&therapist=maya-torres",
            page.Page.QuerySelector("main a.button")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("/therapists")]
    [InlineData("/therapists/nobody")]
    [InlineData("/therapists/priya-raman")]
    public async Task Page_OfNobody_IsNotFound(string path)
    {
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Clinic_ListsItsTherapistsWithLinks()
    {
        using var browser = site.Open();

        var links = (await browser.GetAsync("/clinics/oakland")).Page.QuerySelectorAll(".people a");

        Assert.Equal(
            ["desmond-clarke", "marcus-delgado", "maya-torres", "minh-tran", "winnie-kwan"],
            links.Select(link => link.GetAttribute("href")!["/therapists/".Length..]));
    }

    /// <summary>The author of the article is a therapist, the reviewer is not.</summary>
    [Fact]
    public async Task Article_LinksItsAuthorToTheirPage()
    {
        using var browser = site.Open();

        var page = await browser.GetAsync("/articles/shin-splints");

        var link = Assert.Single(page.Page.QuerySelectorAll("main .byline a[href^='/therapists/']"));
        Assert.Equal(("/therapists/daniel-okafor", "Daniel Okafor, PT, DPT, SCS"), (link.GetAttribute("href"), Answer.Words(link)));
        Assert.Contains("Reviewed by Priya Raman, MD", page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ForATherapist_FindsTheirPageFirst()
    {
        using var browser = site.Open();

        var found = (await browser.GetAsync("/search?q=okafor")).Page.QuerySelector("main ol a, main ul a[href*='okafor']")!;

        Assert.Equal("/therapists/daniel-okafor", found.GetAttribute("href"));
    }

    [Fact]
    public async Task StructuredData_OfATherapist_NamesThePersonAndTheClinic()
    {
        using var browser = site.Open();
        var page = (await browser.GetAsync("/therapists/daniel-okafor")).Page;

        using var json = JsonDocument.Parse(page.QuerySelector("script[type='application/ld+json']")!.TextContent);
        var graph = json.RootElement.GetProperty("@graph").EnumerateArray().ToList();
        var person = graph.Single(node => node.GetProperty("@type").GetString() == "ProfilePage").GetProperty("mainEntity");

        Assert.Equal("Daniel Okafor", person.GetProperty("name").GetString());
        Assert.EndsWith("/clinics/madison", person.GetProperty("worksFor")[0].GetProperty("@id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Photo_OfATherapist_IsServedInTwoWidths()
    {
        using var copy = new ContentCopy();
        File.WriteAllBytes(Path.Combine(copy.Folder, "images/daniel.jpg"), Photos.Encode(".jpg", 1200, 1200));
        copy.Replace(
            "therapists/daniel-okafor.md", "portrait: /images/therapists/daniel-okafor.svg", "portrait: /images/daniel.jpg");
        using var own = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = own.Open();

        var image = (await browser.GetAsync("/therapists/daniel-okafor")).Page.QuerySelector("main img")!;
        var addresses = image.GetAttribute("srcset")!.Split(", ").Select(source => source.Split(' ')[0]).ToList();

        Assert.Equal(2, addresses.Count);
        Assert.Equal(("960", "960"), (image.GetAttribute("width"), image.GetAttribute("height")));
        foreach (var address in addresses)
        {
            var answer = await browser.GetAsync(address);
            Assert.Equal((HttpStatusCode.OK, "image/webp"), (answer.Status, answer.Response.Content.Headers.ContentType?.MediaType));
            Assert.Equal("public, max-age=31536000, immutable", answer.Response.Headers.CacheControl?.ToString());
        }

        Assert.Equal(2, Directory.GetFiles(Path.Combine(own.DataPath, "cache")).Length);
    }
}
