namespace PhysioSite.Content.Model;

/// <summary>A therapist who treats patients at one or more clinics. Available in every language, like a clinic.</summary>
public sealed record Therapist
{
    public required string Slug { get; init; }

    /// <summary>Earlier slugs. Their addresses redirect to this page, and stored requests with them name this therapist.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public required string Name { get; init; }

    /// <summary>For example "PT, DPT, OCS".</summary>
    public required string Credentials { get; init; }

    /// <summary>The two-letter states with a license. Every clinic of the therapist with an address is in one of them.</summary>
    public required IReadOnlyList<string> LicensedStates { get; init; }

    public required IReadOnlyList<string> Languages { get; init; }

    public required IReadOnlyList<string> Specialties { get; init; }

    public required IReadOnlyList<Clinic> Clinics { get; init; }

    /// <summary>Null when there is none, or when it cannot be shown.</summary>
    public required DescribedPicture? Portrait { get; init; }

    /// <summary>The date of the last substantive change to the file.</summary>
    public required DateOnly? Updated { get; init; }

    public required MarkdownText Body { get; init; }

    public string NameWithCredentials => $"{Name}, {Credentials}";

    /// <summary>The parts of <see cref="Credentials"/>.</summary>
    public IEnumerable<string> CredentialParts =>
        Credentials.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Shown in place of a missing portrait.</summary>
    public string Initials => string.Concat(Name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part[0]));
}
