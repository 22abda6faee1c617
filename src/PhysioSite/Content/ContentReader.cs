using System.Text.RegularExpressions;

namespace PhysioSite.Content;

/// <summary>Turns the texts of the content folder into <see cref="SiteContent"/>, or into the list of all their problems.</summary>
internal sealed partial class ContentReader
{
    private static readonly string[] Folders = ["articles", "clinics", "careers", "pages"];
    private static readonly HashSet<string> Sections = ["/", "/articles", "/clinics", "/careers", "/request-appointment"];

    private readonly IReadOnlyDictionary<string, string> _texts;
    private readonly IReadOnlySet<string> _images;
    private readonly List<ContentProblem> _problems = [];
    private readonly List<ContentLink> _links = [];

    private ContentReader(ContentTexts texts)
    {
        _texts = texts.Texts;
        _images = texts.Images;
    }

    /// <summary>Content is null when there is a problem.</summary>
    public static (SiteContent? Content, IReadOnlyList<ContentProblem> Problems) Read(ContentTexts texts)
    {
        var reader = new ContentReader(texts);
        var content = reader.Read();
        var problems = reader._problems
            .OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)
            .ToList();
        return (problems.Count == 0 ? content : null, problems);
    }

    private SiteContent? Read()
    {
        foreach (var path in _texts.Keys.Where(path => !Known(path)))
        {
            _problems.Add(new(path, 1, $"This file is not used. Markdown files belong in {string.Join(", ", Folders)}, pictures in images."));
        }

        if (!_texts.TryGetValue("site.yml", out var yaml))
        {
            _problems.Add(new("site.yml", 1, "The file is missing."));
            return null;
        }

        if (FrontMatter.Parse("site.yml", yaml, _problems) is not { } front)
        {
            return null;
        }

        var site = SiteProfile.Read(front);
        if (site.BodyAreas.Count == 0 || site.People.Count == 0 || site.PartsOfDay.Count == 0)
        {
            return null;
        }

        var clinics = ReadFolder("clinics", file => Clinic.Read(file, site));
        var clinicsBySlug = clinics.ToDictionary(clinic => clinic.Slug);
        foreach (var slug in Addresses("clinics").Select(address => address.Split('/')[^1]).Where(_ => clinics.Count > 0))
        {
            // A clinic that cannot be read is reported once, and not again by each of its positions.
            clinicsBySlug.TryAdd(slug, clinics[0]);
        }

        var content = new SiteContent(
            site,
            ReadFolder("articles", file => Article.Read(file, site)),
            clinics,
            clinics.Count == 0 ? [] : ReadFolder("careers", file => Position.Read(file, clinicsBySlug)),
            ReadFolder("pages", InfoPage.Read));
        CheckWhole(content);
        return content;
    }

    private List<T> ReadFolder<T>(string folder, Func<ContentFile, T> read)
    {
        var items = new List<T>();
        foreach (var (path, text) in _texts.Where(pair => pair.Key.StartsWith(folder + "/", StringComparison.Ordinal) && Known(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!Slug().IsMatch(Path.GetFileNameWithoutExtension(path)))
            {
                _problems.Add(new(path, 1, "The file's name becomes an address: use lower-case letters, digits and hyphens."));
            }

            if (ContentFile.Parse(path, text, _problems, _links) is { } file)
            {
                items.Add(read(file));
            }
        }

        return items;
    }

    private void CheckWhole(SiteContent content)
    {
        if (!content.Clinics.Any(clinic => clinic.Takes(VisitKind.Clinic)))
        {
            _problems.Add(new("clinics", 1, "At least one clinic must take visits in the clinic."));
        }

        foreach (var slug in InfoPage.Required.Where(slug => !_texts.ContainsKey($"pages/{slug}.md")))
        {
            _problems.Add(new($"pages/{slug}.md", 1, "The file is missing; the site links to this page."));
        }

        var addresses = Sections
            .Concat(Addresses("articles")).Concat(Addresses("clinics")).Concat(Addresses("careers"))
            .Concat(content.Pages.Select(page => "/" + page.Slug))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var link in _links.Where(link => !IsSound(link.Target, addresses)))
        {
            _problems.Add(new(link.File, link.Line, $"The link to \"{link.Target}\" leads nowhere. Link to a page of this site from its root (/articles/name), or to a whole https, mailto or tel address."));
        }
    }

    private IEnumerable<string> Addresses(string folder) => _texts.Keys
        .Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
        .Select(path => $"/{folder}/{Path.GetFileNameWithoutExtension(path)}");

    private bool IsSound(string target, HashSet<string> addresses)
    {
        if (target.StartsWith("/images/", StringComparison.Ordinal))
        {
            return _images.Contains(target["/images/".Length..]);
        }

        if (target.StartsWith('/'))
        {
            return addresses.Contains(target.Split('?', '#')[0]);
        }

        return target.StartsWith('#')
            || (Uri.TryCreate(target, UriKind.Absolute, out var url) && url.Scheme is "https" or "mailto" or "tel");
    }

    private static bool Known(string path) =>
        path == "site.yml" || (path.EndsWith(".md", StringComparison.Ordinal) && path.Split('/') is [var folder, _] && Folders.Contains(folder));

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Slug();
}
