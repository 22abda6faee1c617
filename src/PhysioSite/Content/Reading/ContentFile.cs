using System.Text;
using PhysioSite.Content.Model;
using PhysioSite.Content.Reading.Exercises;
using PhysioSite.Content.Reading.Links;
using PhysioSite.Content.Reading.Sources;
using PhysioSite.Localization;

namespace PhysioSite.Content.Reading;

/// <summary>A Markdown file with front matter, in the process of being read.</summary>
internal sealed class ContentFile
{
    private const string Fence = "---";

    private readonly string _text;
    private readonly int _bodyStart;
    private readonly int _bodyLine;
    private readonly ContentFile? _below;
    private readonly ContentReading _reading;

    /// <param name="bodyStart">Where the text below the front matter starts in <paramref name="text"/>.</param>
    private ContentFile(
        string path, FrontMatter front, string text, int bodyStart, int bodyLine, ContentReading reading, ContentFile? below)
    {
        Path = path;
        Slug = System.IO.Path.GetFileNameWithoutExtension(path);
        Front = front;
        _text = text;
        _bodyStart = bodyStart;
        _bodyLine = bodyLine;
        _reading = reading;
        _below = below;
    }

    public string Path { get; }

    public string Slug { get; }

    public FrontMatter Front { get; }

    /// <inheritdoc cref="ContentReading.AreTextsKnown"/>
    public bool AreTextsKnown => _reading.AreTextsKnown;

    /// <summary>The path of the page, without the language prefix.</summary>
    private string PagePath => SitePaths.Of(Path.Split('/')[^2], Slug);

    /// <param name="below">The English file that this file translates.</param>
    public static ContentFile? Parse(string path, string text, ContentReading reading, ContentFile? below = null) =>
        Split(text) is var (yaml, bodyStart, bodyLine) && ParseYaml(path, yaml, reading.Problems, below?.Front) is { } front
            ? new ContentFile(path, front, text, bodyStart, bodyLine, reading, below)
            : null;

    /// <summary>Parses only the front matter.</summary>
    public static FrontMatter? ParseFrontMatter(string path, string text, List<ContentProblem> problems) =>
        ParseYaml(path, Split(text).Yaml, problems, null);

    /// <returns>The front matter, or null when there is none, and where the text below it starts.</returns>
    private static (string? Yaml, int BodyStart, int BodyLine) Split(string text)
    {
        var line = 1;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var isFence = text.AsSpan(range).TrimEnd() is Fence;
            if (isFence && line > 1)
            {
                // A comment in place of the fence, so that the line numbers of the YAML match those of the file.
                var yaml = text[text.IndexOf('\n', StringComparison.Ordinal)..(range.Start.Value - 1)];
                return ("#" + yaml, Math.Min(text.Length, range.End.Value + 1), line + 1);
            }

            if (!isFence && line == 1)
            {
                break;
            }

            line++;
        }

        return (null, text.Length, line);
    }

    private static FrontMatter? ParseYaml(string path, string? yaml, List<ContentProblem> problems, FrontMatter? below)
    {
        if (yaml is null)
        {
            problems.Add(new(path, 1, $"The file must start with front matter between two lines of \"{Fence}\"."));
            return null;
        }

        return FrontMatter.Parse(path, yaml, problems, below);
    }

    public string Summary()
    {
        var summary = Front.Text("summary");
        if (summary.Length is > 0 and (< 50 or > 200))
        {
            Front.Problem("summary", $"\"summary\" has {summary.Length} characters. Write 50 to 200.");
        }

        return summary;
    }

    /// <param name="sources">The sources whose marks the text may use, or null for a text that needs no sources.</param>
    public MarkdownText Body(IReadOnlyList<Source>? sources = null)
    {
        if (_text.AsSpan(_bodyStart).IsWhiteSpace())
        {
            if (_below is not null)
            {
                return _below.Body(sources);
            }

            _reading.Problems.Add(new(Path, _bodyLine, "The text below the front matter is missing."));
        }

        return Text(_text.AsSpan(_bodyStart), Path, _bodyLine, sources, _reading.Exercises);
    }

    /// <summary>Renders a Markdown value from the front matter.</summary>
    public MarkdownText Markdown(FrontMatter section, string key, IReadOnlyList<Source>? sources) =>
        Text(section.Text(key), section.FileOf(key), section.LineOf(key), sources, null);

    /// <inheritdoc cref="ContentReading.Picture"/>
    public ContentPicture? Picture(FrontMatter section, string key) => _reading.Picture(section, key, section.Text(key));

    /// <summary>Reads a table from the addresses of pictures to their descriptions.</summary>
    public IReadOnlyList<DescribedPicture> Pictures(string key) => !Front.Has(key) ? [] :
    [
        .. Front.Table(key)
            .Select(entry => (Picture: _reading.Picture(Front, key, entry.Key), Alt: entry.Value))
            .Where(entry => entry.Picture is not null)
            .Select(entry => new DescribedPicture(entry.Picture!, entry.Alt)),
    ];

    /// <summary>Reads a table from the names of exercises to their doses.</summary>
    public IReadOnlyList<AdvisedExercise> Exercises(string key)
    {
        var exercises = Front.Table(key);
        foreach (var unknown in exercises.Keys.Where(name => !_reading.Exercises.ContainsKey(name)))
        {
            Front.Problem(key, ExerciseBlock.Unknown(unknown, _reading.Exercises.Keys));
        }

        return
        [
            .. exercises.Where(entry => _reading.Exercises.ContainsKey(entry.Key))
                .Select(entry => ExerciseBlock.Advise(
                    _reading.Exercises[entry.Key], SourceMarks.CheckPlain(Front, key, entry.Value))),
        ];
    }

    /// <summary>
    /// Checks a text, which is rendered whenever a page needs it. What renders it must not refer to the file, which would stay in memory.
    /// The text does as UTF-8, which takes half as much.
    /// </summary>
    private MarkdownText Text(
        ReadOnlySpan<char> text,
        string file,
        int firstLine,
        IReadOnlyList<Source>? sources,
        IReadOnlyDictionary<string, Exercise>? exercises)
    {
        var (page, language) = (PagePath, _reading.Language);
        var outline = _reading.AreTextsKnown ? null : MarkdownRenderer.Check(
            text.ToString(),
            sources,
            exercises,
            (line, message) => _reading.TextProblems.Add(new(file, firstLine + line, message)),
            (line, target, isPicture) => _reading.Links.Add(new(file, firstLine + line, target, isPicture, page, language)));
        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        return new(Renderer(utf8, Slug, page, language, sources, exercises, _reading.AddressOf, _reading.PictureAt), outline);
    }

    private static Func<RenderedMarkdown> Renderer(
        byte[] text,
        string slug,
        string page,
        Language language,
        IReadOnlyList<Source>? sources,
        IReadOnlyDictionary<string, Exercise>? exercises,
        Func<string, string> addressOf,
        Func<string, (ContentPicture? Picture, string? Problem)> pictureAt) => () =>
    {
        using var culture = new CultureScope(language);
        return MarkdownRenderer.Render(
            Encoding.UTF8.GetString(text),
            slug,
            sources,
            exercises,
            page == SitePaths.Article(slug) ? addressOf(SitePaths.Plan(slug)) : null,
            addressOf,
            target => pictureAt(target).Picture);
    };
}

/// <summary>State shared by all files of one language while they are read.</summary>
/// <param name="TextProblems">Problems in Markdown, which do not prevent that the text is shown.</param>
/// <param name="AddressOf">Maps a link as written to its URL in this language.</param>
/// <param name="PictureAt">Finds the picture at an address below /images, or what is wrong with it.</param>
internal sealed record ContentReading(
    List<ContentProblem> Problems,
    List<ContentProblem> TextProblems,
    List<ContentLink> Links,
    Language Language,
    Func<string, string> AddressOf,
    Func<string, (ContentPicture? Picture, string? Problem)> PictureAt)
{
    /// <summary>Whether the texts are known to have no mistake, so that they need not be checked.</summary>
    public bool AreTextsKnown { get; init; }

    /// <summary>The exercises of <c>exercises.yml</c> by name.</summary>
    public IReadOnlyDictionary<string, Exercise> Exercises { get; init; } = new Dictionary<string, Exercise>();

    /// <summary>Finds the picture at an address such as "/images/name.jpg". Null when it cannot be shown.</summary>
    /// <param name="key">The key of <paramref name="section"/> with the address, for a problem.</param>
    public ContentPicture? Picture(FrontMatter section, string key, string address)
    {
        var (picture, problem) = PictureAt(address);
        if (problem is not null)
        {
            TextProblems.Add(new(section.FileOf(key), section.LineOf(key), $"\"{key}\" {problem}"));
        }

        return picture;
    }
}
