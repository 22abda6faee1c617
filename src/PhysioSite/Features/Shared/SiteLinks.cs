using PhysioSite.Content;
using PhysioSite.Localization;
using PhysioSite.Web;

namespace PhysioSite.Features.Shared;

/// <summary>
/// Absolute links to pages, for emails and the console. Inside the site, pages link to each other by page name.
/// </summary>
public sealed class SiteLinks(SiteAddress address)
{
    /// <summary>A request on the staff desk.</summary>
    public Uri StaffRequest(string reference) => address.Link($"{SitePaths.StaffDesk}/requests/{reference}");

    /// <summary>The requests of a clinic on the staff desk. Null for those of all clinics.</summary>
    public Uri StaffQueue(string? clinicSlug) =>
        address.Link(clinicSlug is null ? SitePaths.StaffDesk : $"{SitePaths.StaffDesk}?clinic={clinicSlug}");

    public Uri FirstAdministrator(string code) => address.Link($"{SitePaths.StaffDesk}/first-administrator?code={code}");

    public Uri SetPassword(Guid person, string code) => address.Link($"{SitePaths.StaffDesk}/set-password?person={person}&code={code}");

    /// <summary>The private page of a patient.</summary>
    public Uri RequestStatus(Language language, string token) => address.Link($"{language.Prefix}{SitePaths.Requests}/{token}");
}
