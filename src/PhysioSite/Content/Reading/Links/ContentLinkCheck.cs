using Microsoft.AspNetCore.StaticFiles;
using Microsoft.AspNetCore.WebUtilities;
using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading.Links;

/// <summary>Checks the links and pictures of all texts.</summary>
/// <param name="contents">In every language, English first.</param>
/// <param name="addresses">Of the pages in English, also the earlier ones, with the current path of the page.</param>
/// <param name="images">The pictures.</param>
internal sealed class ContentLinkCheck(
    IReadOnlyList<SiteContent> contents, IReadOnlyDictionary<string, string> addresses, ContentImages images)
{
    private static readonly FileExtensionContentTypeProvider FileTypes = new();

    public IEnumerable<ContentProblem> Check(IEnumerable<ContentLink> links) =>
        from link in links
        let mistake = Mistake(link)
        where mistake is not null
        select new ContentProblem(link.File, link.Line, $"The link to \"{link.Target}\" {mistake}");

    /// <returns>What is wrong with the link, or null.</returns>
    private string? Mistake(ContentLink link)
    {
        const string Nowhere = "leads nowhere. Link to a page of this site from its root (/articles/name), "
            + "or to a whole https, mailto or tel address.";
        if (link.Path.StartsWith(ContentImages.Root, StringComparison.Ordinal))
        {
            return link.IsPicture ? images.Find(link.Path).Problem
                : images.FileAt(link.Path) is not { } file ? ContentImages.Nowhere
                : FileTypes.TryGetContentType(file, out _)
                    ? null
                : "leads to a kind of file that the site does not serve.";
        }

        if (link.Target.StartsWith('#'))
        {
            return MissingAnchor(link, link.Page);
        }

        if (link.Target.StartsWith('/'))
        {
            return !addresses.TryGetValue(link.Path, out var path) ? Nowhere
                : MissingChoice(link) ?? MissingAnchor(link, path);
        }

        return Uri.TryCreate(link.Target, UriKind.Absolute, out var url) && url.Scheme is "https" or "mailto" or "tel" ? null : Nowhere;
    }

    /// <summary>Checks the fragment of a link against the page that it leads to: the translation, if there is one.</summary>
    private string? MissingAnchor(ContentLink link, string path)
    {
        var content = contents.FirstOrDefault(content => content.Language.Code == link.Language.Code && content.Has(path)) ?? contents[0];
        return link.Fragment is "" or "top"
            || contents.All(other => other.Language.Code != link.Language.Code)
            || PageAnchors.Find(content, path) is not { } anchors
            || anchors.Contains(link.Fragment)
                ? null
                : $"leads to no heading: {content.Language.Prefix}{path} has no #{link.Fragment}. "
                    + $"It has {string.Join(", ", anchors.Select(anchor => $"#{anchor}"))}.";
    }

    /// <summary>Checks the parameters that select something on the page that the link leads to.</summary>
    private string? MissingChoice(ContentLink link)
    {
        foreach (var (name, values) in QueryHelpers.ParseQuery(link.Query))
        {
            // A clinic or article that cannot be read is reported for its own file.
            var missing = name switch
            {
                "clinic" when !addresses.ContainsKey(SitePaths.Clinic(values.ToString())) => "clinic",
                "from" when !addresses.ContainsKey(SitePaths.Article(values.ToString())) => "article",
                "therapist" when !addresses.ContainsKey(SitePaths.Therapist(values.ToString())) => "therapist",
                "area" when contents[0].Site.FindBodyArea(values) is null => "body area",
                _ => null,
            };
            if (missing is not null)
            {
                return $"selects nothing: there is no {missing} \"{values}\".";
            }
        }

        return null;
    }
}
