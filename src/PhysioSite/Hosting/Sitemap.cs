using System.Globalization;
using System.Text;
using System.Xml;
using PhysioSite.Content;

namespace PhysioSite.Hosting;

/// <summary><c>/sitemap.xml</c> and <c>/robots.txt</c>.</summary>
internal static class Sitemap
{
    private const string Schema = "http://www.sitemaps.org/schemas/sitemap/0.9";

    public static void MapSitemap(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sitemap.xml", (ContentLibrary library, SiteAddress address, TimeProvider time) =>
            Results.Text(Write(library.Current, address, time.GetUtcNow().UtcDateTime), "application/xml", Encoding.UTF8));
        routes.MapGet("/robots.txt", (SiteAddress address) => Results.Text(
            $"""
            User-agent: *
            Disallow: /staff
            Disallow: /requests/
            Disallow: /request-appointment/
            Sitemap: {address.Public("/sitemap.xml")}

            """));
    }

    private static string Write(SiteContent content, SiteAddress address, DateTime now)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            xml.WriteStartElement("urlset", Schema);
            foreach (var (path, changed) in Pages(content, now))
            {
                xml.WriteStartElement("url", Schema);
                xml.WriteElementString("loc", Schema, address.Public(path).AbsoluteUri);
                if (changed is { } date)
                {
                    xml.WriteElementString("lastmod", Schema, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                }

                xml.WriteEndElement();
            }
        }

        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text;
    }

    private static IEnumerable<(string Path, DateOnly? Changed)> Pages(SiteContent content, DateTime now) =>
    [
        ("/", null), ("/articles", null), ("/clinics", null), ("/careers", null), ("/request-appointment", null),
        .. content.Articles.Select(article => ($"/articles/{article.Slug}", (DateOnly?)Latest(article.Published, article.Reviewed))),
        .. content.Clinics.Select(clinic => ($"/clinics/{clinic.Slug}", (DateOnly?)null)),
        .. content.OpenPositions(now).Select(position => ($"/careers/{position.Slug}", (DateOnly?)position.Posted)),
        .. content.Pages.Select(page => ($"/{page.Slug}", (DateOnly?)page.Updated)),
    ];

    private static DateOnly Latest(DateOnly a, DateOnly b) => a > b ? a : b;
}
