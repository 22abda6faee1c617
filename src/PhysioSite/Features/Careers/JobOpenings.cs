using PhysioSite.Content;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Careers;

/// <param name="Miles">From the ZIP code asked for; null without one, and for virtual care.</param>
public sealed record JobOpening(Position Position, double? Miles);

/// <summary>What a job seeker asked for. Null means any.</summary>
/// <param name="WithinMiles">Only meaningful with a ZIP code. Virtual care is near everyone.</param>
public sealed record JobOpeningFilter(Clinic? Clinic, PositionType? Type, ZipCode? Zip, int? WithinMiles);

/// <summary>The positions that are open today, each on the day of its own clinic.</summary>
public sealed class JobOpenings(ContentLibrary library, TimeProvider time)
{
    private const int NearShown = 4;

    /// <summary>Nearest first with a ZIP code, else newest first.</summary>
    public IReadOnlyList<JobOpening> Find(JobOpeningFilter filter)
    {
        var openings = Open().Select(position => new JobOpening(position, Miles(filter.Zip?.Center, position)))
            .Where(opening =>
                (filter.Clinic is null || opening.Position.Clinic.Slug == filter.Clinic.Slug)
                && (filter.Type is null || opening.Position.Type == filter.Type)
                && (filter.Zip is null || filter.WithinMiles is null || opening.Position.Clinic.IsVirtual || opening.Miles <= filter.WithinMiles));
        return filter.Zip is null ? [.. openings] : [.. openings.OrderBy(opening => opening.Miles ?? double.MaxValue).ThenBy(opening => opening.Position.Title, StringComparer.Ordinal)];
    }

    /// <summary>Open positions near the clinic of a closed one: the same kind of work first among equals.</summary>
    public IReadOnlyList<JobOpening> Near(Position closed) =>
    [
        .. Open().Select(position => new JobOpening(position, Miles(closed.Clinic.Place?.Coordinates, position)))
            .OrderBy(opening => opening.Position.Clinic.Slug == closed.Clinic.Slug ? 0 : opening.Miles ?? double.MaxValue)
            .ThenBy(opening => opening.Position.Role == closed.Role ? 0 : 1)
            .Take(NearShown),
    ];

    private IReadOnlyList<Position> Open() => library.Current.OpenPositions(time.GetUtcNow().UtcDateTime);

    private static double? Miles(Coordinates? from, Position position) =>
        from is { } start && position.Clinic.Place is { } place ? GreatCircle.Miles(start, place.Coordinates) : null;
}
