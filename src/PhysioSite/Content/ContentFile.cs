namespace PhysioSite.Content;

/// <summary>A markdown file with front matter, while it is being read.</summary>
internal sealed class ContentFile
{
    private const string Fence = "---";

    private readonly string _body;
    private readonly int _bodyLine;
    private readonly List<ContentProblem> _problems;
    private readonly List<ContentLink> _links;

    private ContentFile(string path, FrontMatter front, string body, int bodyLine, List<ContentProblem> problems, List<ContentLink> links)
    {
        Path = path;
        Slug = System.IO.Path.GetFileNameWithoutExtension(path);
        Front = front;
        _body = body;
        _bodyLine = bodyLine;
        _problems = problems;
        _links = links;
    }

    public string Path { get; }

    public string Slug { get; }

    public FrontMatter Front { get; }

    public static ContentFile? Parse(string path, string text, List<ContentProblem> problems, List<ContentLink> links)
    {
        var lines = text.Split('\n');
        var end = Array.FindIndex(lines, 1, line => line.TrimEnd() == Fence);
        if (lines[0].TrimEnd() != Fence || end < 0)
        {
            problems.Add(new(path, 1, $"The file must start with front matter between two lines of \"{Fence}\"."));
            return null;
        }

        // The fence stays in as a comment, so that YAML counts the file's own lines.
        var yaml = "#\n" + string.Join('\n', lines[1..end]);
        return FrontMatter.Parse(path, yaml, problems) is { } front
            ? new ContentFile(path, front, string.Join('\n', lines[(end + 1)..]), end + 2, problems, links)
            : null;
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

    public MarkdownText Body()
    {
        if (string.IsNullOrWhiteSpace(_body))
        {
            _problems.Add(new(Path, _bodyLine, "The text below the front matter is missing."));
        }

        return Render(_body, _bodyLine);
    }

    /// <summary>Markdown inside the front matter.</summary>
    public MarkdownText Markdown(FrontMatter section, string key) => Render(section.Text(key), section.LineOf(key));

    private MarkdownText Render(string markdown, int firstLine) => MarkdownRenderer.Render(
        markdown,
        Slug,
        (line, message) => _problems.Add(new(Path, firstLine + line, message)),
        (line, target) => _links.Add(new(Path, firstLine + line, target)));
}

/// <summary>A link or picture in a text, to be checked when every page is known.</summary>
internal sealed record ContentLink(string File, int Line, string Target);
