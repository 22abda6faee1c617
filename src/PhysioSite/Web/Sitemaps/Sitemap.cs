using PhysioSite.Content;
using PhysioSite.Web.Caching;

namespace PhysioSite.Web.Sitemaps;

/// <summary><c>/sitemap.xml</c>, its parts when it is too long for one file, and <c>/robots.txt</c>.</summary>
internal static class Sitemap
{
    private const string MediaType = "application/xml";

    public static void MapSitemap(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sitemap.xml", (HttpContext context, SitemapFiles files, TimeProvider time) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            return CachedText.AnswerAsync(context, MediaType, () => files.Write(now), files.Expires(now));
        });
        routes.MapGet("/sitemap-{part:int:min(1)}.xml", async (int part, HttpContext context, SitemapFiles files, TimeProvider time) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            return part <= files.Parts(now) && context.Request.Path == SitemapFiles.PathOf(part)
                ? await CachedText.AnswerAsync(context, MediaType, () => files.WritePart(part, now), files.Expires(now))
                : Results.NotFound();
        });
        routes.MapGet("/robots.txt", (ContentLibrary library, SiteAddress address) => Results.Text(
            $"""
            User-agent: *
            Disallow: {SitePaths.StaffDesk}
            {string.Join('\n', library.Languages.Select(content => Disallowed(content.Language.Prefix)))}
            Sitemap: {address.Public("/sitemap.xml")}

            """));
    }

    private static string Disallowed(string prefix) =>
        $"Disallow: {prefix}{SitePaths.Requests}/\n"
        + $"Disallow: {prefix}{SitePaths.RequestAppointment}/\n"
        + $"Disallow: {prefix}{SitePaths.Search}";
}
