namespace PhysioSite.Content;

/// <summary>One mistake in a content file.</summary>
/// <param name="File">Path below the content folder, with forward slashes.</param>
/// <param name="Line">1-based line; the first line when the mistake is about the whole file.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record ContentProblem(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>The content cannot be used. The message says why: it lists every problem of every file.</summary>
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
