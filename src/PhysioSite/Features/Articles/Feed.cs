using System.Globalization;
using System.Text;
using System.Xml;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Localization;
using PhysioSite.Web;
using PhysioSite.Web.Caching;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Articles;

/// <summary><c>/articles/feed.xml</c>: the articles as an Atom feed (RFC 4287), in the language of its address.</summary>
internal static class Feed
{
    /// <summary>Readers of feeds ask for the newest articles, each time for all of the feed.</summary>
    private const int MostEntries = 50;

    private const string Atom = "http://www.w3.org/2005/Atom";

    public static void MapFeed(this IEndpointRouteBuilder routes) =>
        routes.MapGet(SitePaths.ArticleFeed, (HttpContext context, ContentLibrary library, SiteAddress address, TimeProvider time) =>
            {
                var content = library.Current;
                return CachedText.AnswerAsync(
                    context,
                    "application/atom+xml",
                    () => Encoding.UTF8.GetBytes(Write(content, address)),
                    content.NextDateChange(time.GetUtcNow().UtcDateTime));
            })
            .WithMetadata(new Translated());

    private static string Write(SiteContent content, SiteAddress address)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, Indent = true }))
        {
            var home = Url(SitePaths.Articles);
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xml", "lang", null, content.Language.Code);
            xml.WriteElementString("id", Atom, home);
            xml.WriteElementString("title", Atom, $"{content.Site.ShortName}: {Localize($"Articles for runners")}");
            xml.WriteElementString("subtitle", Atom, content.Site.Summary);
            Link("self", Url(SitePaths.ArticleFeed), "application/atom+xml");
            Link("alternate", home, "text/html");
            xml.WriteElementString("updated", Atom, Moment(content.Articles.Select(article => article.Changed).DefaultIfEmpty().Max()));
            foreach (var article in content.Articles.Take(MostEntries))
            {
                var url = Url(SitePaths.Article(article.Slug));
                xml.WriteStartElement("entry", Atom);
                xml.WriteElementString("id", Atom, url);
                xml.WriteElementString("title", Atom, article.Title);
                Link("alternate", url, "text/html");
                xml.WriteElementString("published", Atom, Moment(article.Published));
                xml.WriteElementString("updated", Atom, Moment(article.Changed));
                xml.WriteStartElement("author", Atom);
                xml.WriteElementString("name", Atom, article.Author.NameWithCredentials);
                xml.WriteEndElement();
                foreach (var area in article.BodyAreas)
                {
                    xml.WriteStartElement("category", Atom);
                    xml.WriteAttributeString("term", area.Id);
                    xml.WriteAttributeString("label", area.Name);
                    xml.WriteEndElement();
                }

                xml.WriteElementString("summary", Atom, article.Summary);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();

            void Link(string relation, string address, string type)
            {
                xml.WriteStartElement("link", Atom);
                xml.WriteAttributeString("rel", relation);
                xml.WriteAttributeString("type", type);
                xml.WriteAttributeString("href", address);
                xml.WriteEndElement();
            }
        }

        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text;

        string Url(string path) => address.Public(content.Language.Prefix + path).AbsoluteUri;
    }

    private static string Moment(DateOnly date) => date.ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);
}
