using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Content.Model;

namespace PhysioSite.Web.Sitemaps;

/// <summary>The limits of the protocol for one file, https://www.sitemaps.org/protocol.html.</summary>
internal sealed class SitemapLimits
{
    public int MostAddresses { get; set; } = 50_000;

    /// <summary>Without compression.</summary>
    public int MostBytes { get; set; } = 50 * 1024 * 1024;
}

/// <summary>
/// The site map: one file, or if that exceeds a limit, an index and a file for each part. All files with the same content have the same
/// parts.
/// </summary>
internal sealed class SitemapFiles(ContentLibrary library, SiteAddress address, IOptions<SitemapLimits> limits)
{
    private const string Schema = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    /// <summary>At least the declaration and the root element.</summary>
    private const int RootBytes = 256;

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), Indent = true };

    private volatile Division? _division;

    public static string PathOf(int part) => string.Create(CultureInfo.InvariantCulture, $"/sitemap-{part}.xml");

    /// <summary>When the site map changes although the content does not.</summary>
    public DateTime Expires(DateTime now) => library.Languages.Min(content => content.NextDateChange(now));

    /// <summary>The number of files besides the index. Zero when the site map is one file.</summary>
    public int Parts(DateTime now) => DivisionAt(now).Parts is { Count: > 1 } parts ? parts.Count : 0;

    /// <returns>All addresses, or the index of the parts.</returns>
    public byte[] Write(DateTime now)
    {
        var pages = Pages(now);
        return DivisionAt(now).Parts is { Count: > 1 } parts ? WriteIndex(pages, parts) : WriteAddresses(pages);
    }

    /// <param name="part">From 1.</param>
    public byte[] WritePart(int part, DateTime now) => WriteAddresses(Pages(now)[DivisionAt(now).Parts[part - 1]]);

    /// <summary>A part is written when it is requested. What is in which is kept, so that this costs no more than one part.</summary>
    private Division DivisionAt(DateTime now)
    {
        var (contents, division) = (library.Languages, _division);
        if (division?.Contents != contents || now < division.FromUtc || now >= division.UntilUtc)
        {
            _division = division = new Division(contents, now, Expires(now), [.. Divide(Pages(now))]);
        }

        return division;
    }

    private IEnumerable<Range> Divide(Page[] pages)
    {
        using var file = new MemoryStream();
        using var xml = XmlWriter.Create(file, Settings);
        WriteRoot(xml);
        var (first, bytes) = (0, (long)RootBytes);
        for (var i = 0; i < pages.Length; i++)
        {
            file.SetLength(0);
            WriteAddress(xml, pages[i]);
            xml.Flush();
            if (i > first && (i - first == limits.Value.MostAddresses || bytes + file.Length > limits.Value.MostBytes))
            {
                yield return first..i;
                (first, bytes) = (i, RootBytes);
            }

            bytes += file.Length;
        }

        yield return first..pages.Length;
    }

    private byte[] WriteIndex(Page[] pages, IReadOnlyList<Range> parts) => Write(xml =>
    {
        xml.WriteStartElement("sitemapindex", Schema);
        foreach (var (i, part) in parts.Index())
        {
            xml.WriteStartElement("sitemap", Schema);
            xml.WriteElementString("loc", Schema, address.Public(PathOf(i + 1)).AbsoluteUri);
            WriteChanged(xml, pages[part].Max(page => page.Changed));
            xml.WriteEndElement();
        }
    });

    private byte[] WriteAddresses(Page[] pages) => Write(xml =>
    {
        WriteRoot(xml);
        foreach (var page in pages)
        {
            WriteAddress(xml, page);
        }
    });

    private static byte[] Write(Action<XmlWriter> write)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, Settings))
        {
            write(xml);
        }

        return file.ToArray();
    }

    private static void WriteRoot(XmlWriter xml)
    {
        xml.WriteStartElement("urlset", Schema);
        xml.WriteAttributeString("xmlns", "xhtml", null, Xhtml);
    }

    private void WriteAddress(XmlWriter xml, Page page)
    {
        xml.WriteStartElement("url", Schema);
        xml.WriteElementString("loc", Schema, UrlOf(page.Content, page.Path));
        WriteChanged(xml, page.Changed);
        foreach (var content in page.Languages.Count > 1 ? page.Languages : [])
        {
            xml.WriteStartElement("link", Xhtml);
            xml.WriteAttributeString("rel", "alternate");
            xml.WriteAttributeString("hreflang", content.Language.Code);
            xml.WriteAttributeString("href", UrlOf(content, page.Path));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteChanged(XmlWriter xml, DateOnly? changed)
    {
        if (changed is { } date)
        {
            xml.WriteElementString("lastmod", Schema, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
    }

    private string UrlOf(SiteContent content, string path) => address.Public(content.Language.Prefix + path).AbsoluteUri;

    private Page[] Pages(DateTime now)
    {
        var contents = library.Languages;
        return
        [
            .. contents.SelectMany(content => PagesIn(content, now).Select(page =>
                new Page(content, page.Path, page.Changed, [.. contents.Where(other => other.Has(page.Path))]))),
        ];
    }

    /// <summary>
    /// Returns each page with the date of its last content change, if known. A list page changes when one of its items changes.
    /// </summary>
    private static IEnumerable<(string Path, DateOnly? Changed)> PagesIn(SiteContent content, DateTime now)
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

    /// <param name="Languages">The content of each language that has the page.</param>
    private sealed record Page(SiteContent Content, string Path, DateOnly? Changed, IReadOnlyList<SiteContent> Languages);

    /// <summary>Which pages are in which part, for a version of the content.</summary>
    private sealed record Division(IReadOnlyList<SiteContent> Contents, DateTime FromUtc, DateTime UntilUtc, IReadOnlyList<Range> Parts);
}
