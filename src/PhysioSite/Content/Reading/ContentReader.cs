using System.Text.RegularExpressions;
using PhysioSite.Content.Model;
using PhysioSite.Content.Pictures;
using PhysioSite.Content.Reading.Exercises;
using PhysioSite.Content.Reading.Links;
using PhysioSite.Localization;

namespace PhysioSite.Content.Reading;

/// <summary>
/// Parses the files of the content folder into one <see cref="SiteContent"/> per language, or returns all problems. A folder named
/// after a language code, for example <c>es</c>, contains translations: each file overrides the English file of the same name.
/// </summary>
internal sealed partial class ContentReader
{
    private const string SiteFile = "site.yml";
    private const string CareCardsFile = "care-cards.yml";
    private const string ExercisesFile = "exercises.yml";
    private const string SynonymsFile = "synonyms.yml";

    private static readonly string[] Folders = ["articles", "clinics", "therapists", "areas", "careers", "pages"];
    private static readonly string[] Files = [SiteFile, CareCardsFile, ExercisesFile, SynonymsFile];

    /// <summary>URL paths that do not correspond to a content file, valid in every language.</summary>
    private static readonly string[] Sections =
        [SitePaths.Home, SitePaths.Articles, SitePaths.Clinics, SitePaths.Careers, SitePaths.RequestAppointment, SitePaths.Search];

    private readonly IReadOnlyDictionary<string, string> _texts;

    /// <summary>The names of the English files by folder, sorted.</summary>
    private readonly ILookup<string, string> _slugs;

    private readonly ContentImages _images;
    private readonly HashSet<string> _unreadable;
    private readonly IReadOnlyDictionary<string, string> _aliases;
    private readonly List<ContentProblem> _problems;
    private readonly List<ContentLink> _links = [];
    private IReadOnlyDictionary<string, Exercise> _englishExercises = new Dictionary<string, Exercise>();

    private readonly bool _checksTexts;
    private readonly bool _areTextsKnown;

    private ContentReader(ContentTexts texts, bool checksTexts, bool areTextsKnown, PictureStore pictures)
    {
        (_checksTexts, _areTextsKnown) = (checksTexts, areTextsKnown);
        _texts = texts.Texts;
        _slugs = _texts.Keys.Where(Known)
            .Select(path => (Folder: path.Split('/')[0], Slug: Path.GetFileNameWithoutExtension(path)))
            .OrderBy(file => file.Slug, StringComparer.Ordinal)
            .ToLookup(file => file.Folder, file => file.Slug);
        _images = new ContentImages(texts.Images, pictures);
        _problems = [.. texts.Problems, .. texts.FindUnreadableCharacters(path => Known(path) || IsMarkdown(path))];
        _unreadable = [.. texts.Problems.Select(problem => problem.File)];
        _aliases = ContentAliases.Read(_texts.Where(file => IsMarkdown(file.Key)).ToDictionary(), _problems);
    }

    /// <summary>Returns the content of every language, English first. The list is empty if there is a problem.</summary>
    /// <param name="checksTexts">
    /// Whether a mistake in a text counts, such as a link that leads nowhere. When it does not, the text is shown as it is.
    /// </param>
    /// <param name="pictures">Prepares the pictures. By default nothing is written.</param>
    /// <param name="areTextsKnown">Whether this program has found no problem in these files before.</param>
    public static (IReadOnlyList<SiteContent> Contents, IReadOnlyList<ContentProblem> Problems) Read(
        ContentTexts texts, bool checksTexts = true, PictureStore? pictures = null, bool areTextsKnown = false)
    {
        var reader = new ContentReader(texts, checksTexts, areTextsKnown, pictures ?? new PictureStore(null));
        var contents = reader.Read();
        var problems = reader._problems.Distinct()
            .OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line)
            .ToList();
        return (problems.Count == 0 ? contents : [], problems);
    }

    private List<SiteContent> Read()
    {
        var codes = _texts.Keys.Select(path => Translation().Match(path))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var path in _texts.Keys.Where(path => !Known(InEnglish(path))))
        {
            _problems.Add(new(
                path,
                1,
                $"This file is not used. Markdown files end in .md and belong in {string.Join(", ", Folders)}, pictures in images, "
                + $"translations in a folder named by their language that has a {SiteFile}."));
        }

        var contents = new List<SiteContent>();
        if (Read(Language.English, null) is { } english)
        {
            contents.Add(english);
            foreach (var code in codes)
            {
                if (Read(new Language(code, ""), english) is { } translated)
                {
                    contents.Add(translated);
                }
            }

            CheckReferences(contents);
        }

        return contents;

        string InEnglish(string path) =>
            codes.Find(code => path.StartsWith(code + "/", StringComparison.Ordinal)) is { } found ? path[(found.Length + 1)..] : path;
    }

    /// <param name="english">The English content that this language translates, or null when reading English.</param>
    private SiteContent? Read(Language language, SiteContent? english)
    {
        using var culture = new CultureScope(language);
        if (ReadYaml(SiteFile, language) is not { } front)
        {
            return null;
        }

        var site = SiteProfileReader.Read(front, english?.Site);
        if (site.BodyAreas.Count == 0
            || site.People.Count == 0
            || site.PartsOfDay.Count == 0
            || ReadYaml(CareCardsFile, language) is not { } cards
            || ReadYaml(ExercisesFile, language) is not { } exercises)
        {
            return null;
        }

        language = language with { Name = site.Language };
        var careCards = CareCardsReader.ReadAll(cards);
        var here = AddressesIn(language);
        var reading = new ContentReading(
            _problems,
            _checksTexts ? _problems : [],
            _links,
            language,
            target => target.Split('?', '#')[0] is var path && here.TryGetValue(path, out var current)
                ? language.Prefix + current + target[path.Length..]
                : target,
            _images.Find);
        reading = reading with { AreTextsKnown = _areTextsKnown };
        reading = reading with { Exercises = ExercisesReader.ReadAll(exercises, reading, english is null ? null : _englishExercises) };
        if (english is null)
        {
            _englishExercises = reading.Exercises;
        }

        var clinics = ReadFolder("clinics", language, reading, untranslatedToo: true, file => ClinicReader.Read(file, site));
        if (careCards.Count == 0)
        {
            _problems.Add(new(CareCardsFile, 1, "There is no set of care cards."));
            return null;
        }

        return new SiteContent(
            language,
            site,
            ReadFolder("articles", language, reading, untranslatedToo: false, file => ArticleReader.Read(file, site, careCards)),
            clinics,
            ReadTherapists(clinics, site, language, reading),
            ReadFolder("areas", language, reading, untranslatedToo: false, file => AreaPageReader.Read(file, site, careCards)),
            english?.Positions ?? ReadPositions(clinics, reading),
            ReadFolder("pages", language, reading, untranslatedToo: false, file => InfoPageReader.Read(file, site, careCards, clinics)),
            ReadSynonyms(language),
            here);
    }

    private FrontMatter? ReadYaml(string file, Language language)
    {
        if (_unreadable.Contains(file))
        {
            return null;
        }

        if (!_texts.TryGetValue(file, out var english))
        {
            _problems.Add(new(file, 1, "The file is missing."));
            return null;
        }

        var path = PathIn(language, file);
        var below = FrontMatter.Parse(file, english, _problems);
        return below is null || language.IsEnglish || _unreadable.Contains(path) || !_texts.TryGetValue(path, out var text)
            ? below
            : FrontMatter.Parse(path, text, _problems, below);
    }

    /// <summary>
    /// Synonyms are written separately for each language instead of being translated. They are optional for a translation.
    /// </summary>
    private IReadOnlyList<IReadOnlyList<string>> ReadSynonyms(Language language)
    {
        var path = PathIn(language, SynonymsFile);
        if (!_texts.TryGetValue(path, out var text) || FrontMatter.Parse(path, text, _problems) is not { } front)
        {
            return [];
        }

        var groups = front.Lists("groups");
        front.Finish();
        return groups;
    }

    private List<Position> ReadPositions(List<Clinic> clinics, ContentReading reading)
    {
        if (clinics.Count == 0)
        {
            return [];
        }

        var bySlug = BySlug(clinics);
        return ReadFolder("careers", Language.English, reading, untranslatedToo: false, file => PositionReader.Read(file, bySlug));
    }

    private List<Therapist> ReadTherapists(List<Clinic> clinics, SiteProfile site, Language language, ContentReading reading)
    {
        if (clinics.Count == 0)
        {
            return [];
        }

        var bySlug = BySlug(clinics);
        return ReadFolder("therapists", language, reading, untranslatedToo: true, file => TherapistReader.Read(file, site, bySlug));
    }

    /// <summary>The clinics by their file names and aliases.</summary>
    private Dictionary<string, Clinic> BySlug(List<Clinic> clinics)
    {
        var bySlug = clinics.ToDictionary(clinic => clinic.Slug);
        foreach (var (alias, clinic) in clinics.SelectMany(clinic => clinic.Aliases.Select(alias => (alias, clinic))))
        {
            bySlug.TryAdd(alias, clinic);
        }

        foreach (var slug in _slugs["clinics"])
        {
            // Use another clinic in place of one that cannot be read, so that its problem is not reported again for each of its
            // positions and therapists.
            bySlug.TryAdd(slug, clinics[0]);
        }

        return bySlug;
    }

    /// <summary>Reads the files of a folder, several at a time.</summary>
    private List<T> ReadFolder<T>(
        string folder, Language language, ContentReading reading, bool untranslatedToo, Func<ContentFile, T> read)
        where T : class
    {
        string[] slugs = [.. _slugs[folder]];
        var items = new (T? Item, List<ContentProblem> Problems, List<ContentProblem> TextProblems, List<ContentLink> Links)[slugs.Length];
        Parallel.For(0, slugs.Length, i =>
        {
            var own = reading with { Problems = [], TextProblems = [], Links = [] };
            var item = ReadFile($"{folder}/{slugs[i]}.md", language, own, untranslatedToo, read);
            items[i] = (item, own.Problems, own.TextProblems, own.Links);
        });
        foreach (var item in items)
        {
            reading.Problems.AddRange(item.Problems);
            reading.TextProblems.AddRange(item.TextProblems);
            reading.Links.AddRange(item.Links);
        }

        foreach (var path in _texts.Keys.Where(path => !language.IsEnglish
            && path.StartsWith($"{language.Code}/{folder}/", StringComparison.Ordinal)
            && !_texts.ContainsKey(path[(language.Code.Length + 1)..])))
        {
            _problems.Add(new(
                path,
                1,
                $"There is no English file {path[(language.Code.Length + 1)..]} that this could be the translation of."));
        }

        return [.. items.Select(item => item.Item).OfType<T>()];
    }

    /// <returns>Null when the file has no translation and needs one, or when it cannot be read.</returns>
    private T? ReadFile<T>(string path, Language language, ContentReading reading, bool untranslatedToo, Func<ContentFile, T> read)
        where T : class
    {
        if (!ContentAliases.Slug().IsMatch(Path.GetFileNameWithoutExtension(path)))
        {
            reading.Problems.Add(new(path, 1, "The file's name becomes an address: use lower-case letters, digits and hyphens."));
        }

        var isTranslated = _texts.TryGetValue(PathIn(language, path), out var translation);
        if ((!isTranslated && !untranslatedToo) || _unreadable.Contains(path) || _unreadable.Contains(PathIn(language, path)))
        {
            return null;
        }

        var file = ContentFile.Parse(path, _texts[path], reading);
        if (file is not null && isTranslated && !language.IsEnglish)
        {
            file = ContentFile.Parse(PathIn(language, path), translation!, reading, file);
        }

        return file is null ? null : read(file);
    }

    private void CheckReferences(List<SiteContent> contents)
    {
        var english = contents[0];
        if (!english.Clinics.Any(clinic => clinic.Takes(VisitKind.Clinic)))
        {
            _problems.Add(new("clinics", 1, "At least one clinic must take visits in the clinic."));
        }

        foreach (var (clinic, pause) in english.Clinics.Where(clinic => clinic.NewPatientPause is not null)
            .Select(clinic => (clinic, clinic.NewPatientPause!)))
        {
            if (english.FindClinic(pause.Alternative) is not { NewPatientPause: null })
            {
                _problems.Add(new(
                    $"clinics/{clinic.Slug}.md",
                    1,
                    $"\"alternative\" is \"{pause.Alternative}\". Use the file name, without .md, of a clinic that takes new patients."));
            }
        }

        foreach (var content in contents)
        {
            // A value that cannot be read was replaced by another one, which must not be reported too.
            var files = _problems.Select(problem => problem.File).ToHashSet();
            _problems.AddRange(TherapistCheck.Problems(content).Where(problem => !files.Contains(problem.File)));
        }

        var languages = _texts.Keys.Select(path => Translation().Match(path))
            .Where(match => match.Success)
            .Select(match => new Language(match.Groups[1].Value, ""))
            .Prepend(Language.English);
        foreach (var path in languages
            .SelectMany(language => InfoPage.Required.Select(slug => PathIn(language, $"pages/{slug}.md")))
            .Where(path => !_texts.ContainsKey(path)))
        {
            _problems.Add(new(path, 1, "The file is missing; the site links to this page."));
        }

        if (_checksTexts && !_areTextsKnown)
        {
            _problems.AddRange(new ContentLinkCheck(contents, AddressesIn(Language.English), _images).Check(_links));
        }
    }

    /// <summary>
    /// URL paths of the pages that exist in a language, and of their aliases, with the current path of the page, without the language
    /// prefix. Every clinic, therapist and position is included, even if its text is in English.
    /// </summary>
    private Dictionary<string, string> AddressesIn(Language language)
    {
        var paths = Sections.Concat(_slugs["clinics"].Select(SitePaths.Clinic)).Concat(_slugs["therapists"].Select(SitePaths.Therapist))
            .Concat(_slugs["careers"].Select(SitePaths.Position))
            .Concat(Written("articles")).Concat(Written("areas")).Concat(Written("pages"))
            .Concat(_slugs["articles"].Where(HasPlan).Select(SitePaths.Plan));
        var addresses = paths.ToDictionary(path => path, StringComparer.Ordinal);
        foreach (var (alias, path) in _aliases.Where(alias => addresses.ContainsKey(alias.Value)))
        {
            addresses.TryAdd(alias, path);
            if (addresses.ContainsKey(path + SitePaths.PlanOfArticle))
            {
                addresses.TryAdd(alias + SitePaths.PlanOfArticle, path + SitePaths.PlanOfArticle);
            }
        }

        return addresses;

        bool HasPlan(string slug) =>
            _texts.TryGetValue(PathIn(language, $"articles/{slug}.md"), out var text) && ExerciseBlock.IsIn(text);

        IEnumerable<string> Written(string folder) => _slugs[folder]
            .Where(slug => _texts.ContainsKey(PathIn(language, $"{folder}/{slug}.md")))
            .Select(slug => SitePaths.Of(folder, slug));
    }

    private static string PathIn(Language language, string path) => language.IsEnglish ? path : $"{language.Code}/{path}";

    private static bool Known(string path) =>
        Files.Contains(path)
        || (path.EndsWith(".md", StringComparison.Ordinal) && path.Split('/') is [var folder, _] && Folders.Contains(folder));

    /// <summary>Whether the path is that of a text with front matter, in English or in another language.</summary>
    private static bool IsMarkdown(string path) =>
        path.EndsWith(".md", StringComparison.Ordinal) && path.Split('/') is [.., var folder, _] && Folders.Contains(folder);

    [GeneratedRegex("^([a-z]{2})/site\\.yml$")]
    private static partial Regex Translation();
}
