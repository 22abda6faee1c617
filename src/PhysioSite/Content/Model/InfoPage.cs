namespace PhysioSite.Content.Model;

/// <summary>A standalone information page, for example "about" or "privacy".</summary>
/// <param name="Aliases">Earlier slugs. Their addresses redirect to this page.</param>
/// <param name="Sources">Empty for a page that needs no sources.</param>
/// <param name="Service">The service of clinics that the page describes. The page lists the clinics that offer it.</param>
public sealed record InfoPage(
    string Slug,
    IReadOnlyList<string> Aliases,
    string Title,
    string Summary,
    DateOnly Updated,
    CareCards? CareCards,
    IReadOnlyList<Source> Sources,
    string? Service,
    MarkdownText Body)
{
    /// <summary>The slug of the page about warning signs, which has care cards.</summary>
    public const string SymptomsSlug = "should-i-see-someone";

    public const string AboutSlug = "about";
    public const string AccessibilitySlug = "accessibility";
    public const string CostSlug = "cost-and-insurance";
    public const string FirstVisitSlug = "first-visit";
    public const string NoticeSlug = "notice-of-privacy-practices";
    public const string PrivacySlug = "privacy";
    public const string ReferralsSlug = "referrals";
    public const string VirtualCareSlug = "virtual-care";

    /// <summary>Pages that must exist because the site links to them.</summary>
    public static readonly IReadOnlyList<string> Required =
    [
        AboutSlug, FirstVisitSlug, CostSlug, ReferralsSlug, VirtualCareSlug, PrivacySlug, NoticeSlug, AccessibilitySlug, SymptomsSlug,
    ];
}
