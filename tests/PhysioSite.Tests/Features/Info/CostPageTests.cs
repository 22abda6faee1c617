using PhysioSite.Content.Model;

namespace PhysioSite.Tests.Features.Info;

/// <summary>What the clinics' files say about cost is the same on their pages and on the page of costs.</summary>
public sealed class CostPageTests(Site site) : IClassFixture<Site>
{
    public static TheoryData<string> Prefixes { get; } = ["", "/es"];

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Page_ListsEachPlanWithItsClinics(string prefix)
    {
        using var browser = site.Open();
        var content = In(prefix);
        var page = (await browser.GetAsync(prefix + "/cost-and-insurance")).Page;

        var rows = page.QuerySelectorAll("main dl.facts > div").ToDictionary(row => Answer.Words(row.QuerySelector("dt")!));

        Assert.Equal(content.Site.ClinicDefaults.Plans.Select(plan => plan.Name), rows.Keys);
        Assert.All(content.Site.ClinicDefaults.Plans.Where(plan => With(plan).Count < content.Clinics.Count), plan => Assert.Equal(
            With(plan).Select(clinic => $"{prefix}/clinics/{clinic.Slug}"),
            rows[plan.Name].QuerySelectorAll("a").Select(link => link.GetAttribute("href"))));
        Assert.Contains(content.Site.ClinicDefaults.Cancellation!, Answer.Words(page.QuerySelector("main")!), StringComparison.Ordinal);

        IReadOnlyList<Clinic> With(InsurancePlan plan) => [.. content.Clinics.Where(clinic => clinic.Plans.Contains(plan))];
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Clinic_ShowsItsPlansFaxFormsCancellationAndMap(string prefix)
    {
        using var browser = site.Open();
        var clinic = In(prefix).FindClinic("madison")!;

        var page = (await browser.GetAsync(prefix + "/clinics/madison")).Page;

        var main = Answer.Words(page.QuerySelector("main")!);
        Assert.Equal(6, clinic.Plans.Count);
        Assert.All(clinic.Plans, plan => Assert.Contains(plan.Name, main, StringComparison.Ordinal));
        Assert.All(
            [clinic.Paperwork!, clinic.Cancellation!, clinic.Fax!.Text],
            text => Assert.Contains(text, main, StringComparison.Ordinal));
        Assert.Equal(
            "https://www.google.com/maps/dir/?api=1&destination=214%20Linden%20Mill%20Street%2C%20Suite%20100%2C%20Madison%2C%20WI%2053703",
            page.QuerySelector("main a[href*='maps']")!.GetAttribute("href"));
    }

    [Fact]
    public void FaxNumbers_OfTheSample_AreReservedAndNobodysPhone()
    {
        var numbers = PublicPages.Content.Clinics.Select(clinic => clinic.Fax!.Text).ToList();

        Assert.All(numbers, number => Assert.Matches(@"^\(\d{3}\) 555-01\d\d$", number));
        Assert.Distinct(numbers.Concat(PublicPages.Content.Clinics.Select(clinic => clinic.Phone.Text)));
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task RunningAssessment_ListsTheClinicsThatOfferIt(string prefix)
    {
        using var browser = site.Open();
        var content = In(prefix);
        var service = content.Site.Term("Running assessment");

        var links = (await browser.GetAsync(prefix + "/running-assessment")).Page.QuerySelectorAll("main ul.columns a");

        Assert.Equal(
            content.Clinics.Where(clinic => clinic.Services.Contains(service)).Select(clinic => $"{prefix}/clinics/{clinic.Slug}"),
            links.Select(link => link.GetAttribute("href")));
        Assert.NotEmpty(links);
    }

    private static SiteContent In(string prefix) => prefix.Length == 0 ? PublicPages.Content : PublicPages.Spanish;
}
