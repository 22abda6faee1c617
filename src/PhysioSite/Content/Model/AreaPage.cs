namespace PhysioSite.Content.Model;

/// <summary>The page of a body area: what it may be, when to worry, and what to do today.</summary>
public sealed record AreaPage
{
    public required BodyArea Area { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    public required string Title { get; init; }

    public required string Summary { get; init; }

    public required Person ReviewedBy { get; init; }

    public required DateOnly Reviewed { get; init; }

    public required DateOnly NextReview { get; init; }

    public required CareCards CareCards { get; init; }

    /// <summary>Exercises that most people with pain in the area can start today.</summary>
    public required IReadOnlyList<AdvisedExercise> Exercises { get; init; }

    /// <summary>Specialties of the therapists who treat this area.</summary>
    public required IReadOnlyList<string> Specialties { get; init; }

    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>What it may be.</summary>
    public required MarkdownText Body { get; init; }

    /// <summary>True when the date of the next review has passed.</summary>
    public bool IsReviewOverdue(DateOnly today) => NextReview < today;
}
