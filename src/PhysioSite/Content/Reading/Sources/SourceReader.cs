using System.Text.RegularExpressions;
using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading.Sources;

/// <summary>Reads the list <c>sources</c> of an article or a page.</summary>
internal static partial class SourceReader
{
    public static IReadOnlyList<Source> ReadAll(FrontMatter front)
    {
        var sources = front.OptionalSections("sources", Read);
        foreach (var twice in sources.GroupBy(source => source.Id).Where(group => group.Key is not null && group.Count() > 1))
        {
            front.Problem("sources", $"The id \"{twice.Key}\" is used twice in \"sources\".");
        }

        return sources;
    }

    private static Source Read(FrontMatter item)
    {
        var source = new Source
        {
            Id = Matching(item, "id", Id(), "lower-case letters, digits and hyphens, like fradkin-2010"),
            Title = item.Text("title"),
            Publisher = item.OptionalText("publisher"),
            Authors = item.OptionalText("authors"),
            Journal = item.OptionalText("journal"),
            Year = item.OptionalYear("year"),
            Url = HttpsUrl(item),
            Doi = Matching(item, "doi", Doi(), "a DOI like 10.1519/JSC.0b013e3181c643a0, without an address before it"),
        };
        if (source.Journal is null && source.Publisher is null)
        {
            item.Problem("title", "A source has a \"journal\", for a study or a guideline, or a \"publisher\".");
        }

        if (source.Journal is not null && (source.Authors is null || source.Year is null))
        {
            item.Problem("journal", "A study or a guideline is named with \"authors\", \"journal\" and \"year\".");
        }

        return source;
    }

    private static string? Matching(FrontMatter item, string key, Regex form, string kind)
    {
        var text = item.OptionalText(key);
        if (text is { Length: > 0 } && !form.IsMatch(text))
        {
            item.Problem(key, $"\"{key}\" is \"{text}\". Write {kind}.");
        }

        return text;
    }

    private static string? HttpsUrl(FrontMatter item)
    {
        var text = item.OptionalText("url");
        if (text is { Length: > 0 } && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
        {
            item.Problem("url", $"\"url\" is \"{text}\". Write a whole address that starts with https://.");
        }

        return text;
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Id();

    [GeneratedRegex(@"^10\.\d{4,9}/\S+$")]
    private static partial Regex Doi();
}
