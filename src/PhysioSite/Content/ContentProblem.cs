namespace PhysioSite.Content;

/// <summary>A problem in a content file.</summary>
/// <param name="File">Path relative to the content folder, with forward slashes.</param>
/// <param name="Line">1-based line number. 1 when the problem concerns the whole file.</param>
/// <param name="Message">Describes the problem and how to correct it.</param>
public sealed record ContentProblem(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>The content is invalid. The message lists every problem in every file.</summary>
public sealed class ContentException : Exception
{
    public ContentException(string message)
        : base(message)
    {
    }

    public ContentException(string folder, IReadOnlyList<ContentProblem> problems)
        : base($"""
            The content in {folder} has {problems.Count} {(problems.Count == 1 ? "problem" : "problems")}:

            {string.Join(Environment.NewLine, problems.Select(problem => "  content/" + problem))}

            docs/content-guide.md describes every key.
            """)
    {
        Problems = problems;
    }

    public IReadOnlyList<ContentProblem> Problems { get; } = [];
}
