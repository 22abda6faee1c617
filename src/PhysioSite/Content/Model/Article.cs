namespace PhysioSite.Content.Model;

public sealed record Question(string Text, MarkdownText Answer);

/// <summary>Something the text relies on: a study or a guideline in a journal, or a page of a publisher.</summary>
public sealed record Source
{
    /// <summary>The name that a mark in the text uses, for example "fradkin-2010" for <c>[^fradkin-2010]</c>. Optional.</summary>
    public required string? Id { get; init; }

    public required string Title { get; init; }

    /// <summary>Null for a source in a journal without a publisher.</summary>
    public required string? Publisher { get; init; }

    public required string? Authors { get; init; }

    /// <summary>Set for a study or a guideline, which then has authors and a year.</summary>
    public required string? Journal { get; init; }

    public required int? Year { get; init; }

    public required string? Url { get; init; }

    public required string? Doi { get; init; }

    public string? Address => Url ?? (Doi is null ? null : "https://doi.org/" + Doi);
}

public sealed record Article
{
    public required string Slug { get; init; }

    /// <summary>Earlier slugs. Their addresses redirect to this page.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

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
