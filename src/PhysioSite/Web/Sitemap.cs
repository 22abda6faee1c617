using System.Globalization;
using System.Xml;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Web;

/// <summary><c>/sitemap.xml</c>, with the alternate languages of each page, and <c>/robots.txt</c>.</summary>
internal static class Sitemap
{
    private const string Schema = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    public static void MapSitemap(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sitemap.xml", (HttpContext context, ContentLibrary library, SiteAddress address, TimeProvider time) =>
        {
            var (contents, now) = (library.Languages, time.GetUtcNow().UtcDateTime);
            return CachedText.AnswerAsync(
                context, "application/xml", () => Write(contents, address, now), contents.Min(content => content.NextDateChange(now)));
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

    private static string Write(IReadOnlyList<SiteContent> contents, SiteAddress address, DateTime now)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            xml.WriteStartElement("urlset", Schema);
            xml.WriteAttributeString("xmlns", "xhtml", null, Xhtml);
            foreach (var content in contents)
            {
                foreach (var (path, changed) in Pages(content, now))
                {
                    xml.WriteStartElement("url", Schema);
                    xml.WriteElementString("loc", Schema, address.Public(content.Language.Prefix + path).AbsoluteUri);
                    if (changed is { } date)
                    {
                        xml.WriteElementString("lastmod", Schema, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                    }

                    foreach (var language in contents
                        .Where(_ => contents.Count(other => other.Has(path)) > 1)
                        .Where(other => other.Has(path)))
                    {
                        xml.WriteStartElement("link", Xhtml);
                        xml.WriteAttributeString("rel", "alternate");
                        xml.WriteAttributeString("hreflang", language.Language.Code);
                        xml.WriteAttributeString("href", address.Public(language.Language.Prefix + path).AbsoluteUri);
                        xml.WriteEndElement();
                    }

                    xml.WriteEndElement();
                }
            }
        }

        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text;
    }

    /// <summary>
    /// Returns each page with the date of its last content change, if known. A list page changes when one of its items changes.
    /// </summary>
    private static IEnumerable<(string Path, DateOnly? Changed)> Pages(SiteContent content, DateTime now)
    {
        var articles = content.Articles.Max(article => (DateOnly?)article.Changed);
        var positions = content.OpenPositions(now);
        return
        [
            (SitePaths.Home, articles),
            (SitePaths.Articles, articles),
            (SitePaths.Clinics, content.Clinics.Max(clinic => clinic.Updated)),
            (SitePaths.RequestAppointment, null),
            .. content.Articles.Select(article => (SitePaths.Article(article.Slug), (DateOnly?)article.Changed)),
            .. content.Clinics.Select(clinic => (SitePaths.Clinic(clinic.Slug), clinic.Updated)),
            .. content.Therapists.Select(therapist => (SitePaths.Therapist(therapist.Slug), therapist.Updated)),
            .. content.Areas.Select(page => (SitePaths.Area(page.Area.Id), (DateOnly?)page.Reviewed)),
            .. content.Pages.Select(page => (SitePaths.InfoPage(page.Slug), (DateOnly?)page.Updated)),
            (SitePaths.Careers, positions.Max(position => (DateOnly?)position.Posted)),
            .. positions.Select(position => (SitePaths.Position(position.Slug), (DateOnly?)position.Posted)),
        ];
    }
}
