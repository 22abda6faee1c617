using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Info;

/// <summary>What a visit costs, and which clinic accepts which plan. The plans are those of the clinics' pages.</summary>
public sealed class CostModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public InfoPage Info => SiteContent.FindPage(InfoPage.CostSlug)!;

    public string? Cancellation => SiteContent.Site.ClinicDefaults.Cancellation;

    /// <summary>Those that a clinic accepts.</summary>
    public IEnumerable<InsurancePlan> Plans => SiteContent.Site.ClinicDefaults.Plans.Where(plan => ClinicsWith(plan).Count > 0);

    public IReadOnlyList<Clinic> ClinicsWith(InsurancePlan plan) =>
        [.. SiteContent.Clinics.Where(clinic => clinic.Plans.Contains(plan))];
}
