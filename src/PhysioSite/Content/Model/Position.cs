namespace PhysioSite.Content.Model;

public enum PositionRole
{
    PhysicalTherapist,
    PhysicalTherapistAssistant,
    FrontDesk,
}

public enum PositionType
{
    FullTime,
    PartTime,
    PerDiem,
    NewGraduate,
}

public enum PayPeriod
{
    Hour,
    Visit,
    Year,
}

/// <summary>A pay range in US dollars.</summary>
public sealed record Pay(decimal From, decimal To, PayPeriod Per);

/// <param name="Amount">In US dollars.</param>
public sealed record SignOnBonus(decimal Amount, string Terms);

/// <summary>A job position. It stays open until the end of its closing date in the clinic's local time.</summary>
public sealed record Position
{
    /// <summary>Maps the codes used in content files and URLs to position types.</summary>
    public static readonly IReadOnlyDictionary<string, PositionType> Types = new Dictionary<string, PositionType>
    {
        ["full-time"] = PositionType.FullTime,
        ["part-time"] = PositionType.PartTime,
        ["per-diem"] = PositionType.PerDiem,
        ["new-graduate"] = PositionType.NewGraduate,
    };

    public required string Slug { get; init; }

    /// <summary>Earlier slugs. Their addresses redirect to this page.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public required string Title { get; init; }

    public required string Summary { get; init; }

    public required Clinic Clinic { get; init; }

    public required PositionRole Role { get; init; }

    public required PositionType Type { get; init; }

    public required Pay Pay { get; init; }

    public required SignOnBonus? SignOnBonus { get; init; }

    public required string Schedule { get; init; }

    /// <summary>How many patients are expected, and what happens when it is fewer.</summary>
    public required string Productivity { get; init; }

    /// <summary>Who supervises, and how often one meets.</summary>
    public required string Supervision { get; init; }

    /// <summary>The paid time for notes, or for other paperwork.</summary>
    public required string DocumentationTime { get; init; }

    /// <summary>Who reads an application.</summary>
    public required string ReadBy { get; init; }

    public required DateOnly Posted { get; init; }

    public required DateOnly Closes { get; init; }

    public required MarkdownText Body { get; init; }

    /// <summary>Whether it is open on the date at its clinic.</summary>
    public bool IsOpen(DateTime utc) => Clinic.TimeZone.Today(utc) is var today && Posted <= today && today <= Closes;
}
