using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Info;

/// <summary>Whether a patient needs a referral, by state. The rules are those of the clinics' pages.</summary>
public sealed class ReferralsModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public InfoPage Info => SiteContent.FindPage(InfoPage.ReferralsSlug)!;

    public IEnumerable<KeyValuePair<string, string>> Rules =>
        SiteContent.Site.ClinicDefaults.ReferralRules.OrderBy(rule => rule.Key, StringComparer.Ordinal);

    public IEnumerable<Clinic> ClinicsIn(string state) => SiteContent.ClinicsByState[state];
}
