namespace PhysioSite.Content;

public sealed record Question(string Text, MarkdownText Answer);

/// <param name="Publisher">Null for a study or a guideline, which has a journal.</param>
/// <param name="Url">An https URL, or null for a source that is not online.</param>
public sealed record Source(string Title, string? Publisher, string? Url)
{
    /// <summary>The name for references in the text. Optional.</summary>
    public string? Id { get; init; }

    public string? Authors { get; init; }

    public string? Journal { get; init; }

    public string? Year { get; init; }

    public string? Doi { get; init; }
}

public sealed record Article
{
    public required string Slug { get; init; }

    public required string Title { get; init; }

    public required string Summary { get; init; }

    /// <summary>The request form preselects the first one.</summary>
    public required IReadOnlyList<BodyArea> BodyAreas { get; init; }

    public required Person Author { get; init; }

    public required Person ReviewedBy { get; init; }

    public required DateOnly Published { get; init; }

    public required DateOnly Reviewed { get; init; }

    public required DateOnly NextReview { get; init; }

    public required CareCards CareCards { get; init; }

    public required IReadOnlyList<Question> Questions { get; init; }

    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>Medical terms for the conditions the article covers. May be empty.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    public required MarkdownText Body { get; init; }

    /// <summary>The later of the publication date and the date of the last review.</summary>
    public DateOnly Changed => Reviewed > Published ? Reviewed : Published;

    /// <summary>True when the date of the next review has passed.</summary>
    public bool IsReviewOverdue(DateOnly today) => NextReview < today;
}
