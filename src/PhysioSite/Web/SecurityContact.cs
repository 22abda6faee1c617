using System.Globalization;
using PhysioSite.Content;

namespace PhysioSite.Web;

/// <summary><c>/.well-known/security.txt</c> (RFC 9116): the contact for reporting a vulnerability.</summary>
internal static class SecurityContact
{
    public const string Path = "/.well-known/security.txt";

    public static void MapSecurityContact(this IEndpointRouteBuilder routes) => routes.MapGet(
        Path,
        (ContentLibrary library, SiteAddress address, TimeProvider time) => Results.Text(
            $"""
            Contact: mailto:{library.English.Site.Contact.Email}
            Expires: {time.GetUtcNow().UtcDateTime.AddYears(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}
            Preferred-Languages: {string.Join(", ", library.Languages.Select(content => content.Language.Code))}
            Canonical: {address.Public(Path)}

            """));
}
