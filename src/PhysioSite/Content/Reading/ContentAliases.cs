using System.Text.RegularExpressions;

namespace PhysioSite.Content.Reading;

/// <summary>Reads and checks the aliases of all files, before the texts are read: a text may link to an alias.</summary>
internal static partial class ContentAliases
{
    public const string Key = "aliases";

    /// <param name="texts">The files by path, in English and in other languages.</param>
    /// <returns>The path of the page for each path that an alias gives it, without language prefixes.</returns>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyDictionary<string, string> texts, List<ContentProblem> problems)
    {
        var pages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, text) in texts
            .Where(file => file.Value.Contains(Key, StringComparison.Ordinal))
            .OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            // The other problems of the file are reported when it is read.
            if (ContentFile.ParseFrontMatter(path, text, []) is not { } front || !front.Has(Key))
            {
                continue;
            }

            if (path.Split('/') is [var folder, var name])
            {
                var slug = Path.GetFileNameWithoutExtension(name);
                foreach (var (index, alias) in front.OptionalTexts(Key).Index())
                {
                    if (Mistake(folder, alias) is { } mistake)
                    {
                        problems.Add(new(path, front.LineOfItem(Key, index), mistake));
                    }
                    else if (!pages.TryAdd(SitePaths.Of(folder, alias), SitePaths.Of(folder, slug)))
                    {
                        problems.Add(new(
                            path,
                            front.LineOfItem(Key, index),
                            $"The alias \"{alias}\" is used twice: also for {pages[SitePaths.Of(folder, alias)]}."));
                    }
                }
            }
            else
            {
                problems.Add(new(path, front.LineOf(Key), $"\"{Key}\" applies to every language. Write it in the English file."));
            }
        }

        return pages;

        string? Mistake(string folder, string alias) =>
            !Slug().IsMatch(alias)
                ? $"The alias \"{alias}\" must be an earlier file name without .md: lower-case letters, digits and hyphens."
            : texts.ContainsKey($"{folder}/{alias}.md")
                ? $"The alias \"{alias}\" is the address of {folder}/{alias}.md. Remove one of them."
            : folder == "pages" && SitePaths.IsReserved(alias)
                ? $"The alias \"{alias}\" is taken: /{alias} is another part of the site."
            : null;
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    public static partial Regex Slug();
}
