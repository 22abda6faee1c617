using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Features.Careers;

/// <param name="Miles">Distance from the ZIP code of the filter. Null without one, and for virtual care.</param>
public sealed record JobOpening(Position Position, double? Miles);

/// <summary>The search filter for positions. Null means any.</summary>
/// <param name="WithinMiles">Used only with a ZIP code. Virtual care matches any distance.</param>
public sealed record JobOpeningFilter(Clinic? Clinic, PositionType? Type, ZipCode? Zip, int? WithinMiles);

/// <summary>The positions that are open today, where "today" is the date in the time zone of the position's clinic.</summary>
public sealed class JobOpenings(ContentLibrary library, TimeProvider time)
{
    private const int NearShown = 4;

    public bool HasAny => Open().Count > 0;

    /// <summary>With a ZIP code ordered by distance, otherwise newest first.</summary>
    public IReadOnlyList<JobOpening> Find(JobOpeningFilter filter)
    {
        var openings = Open().Select(position => new JobOpening(position, Miles(filter.Zip?.Center, position)))
            .Where(opening =>
                (filter.Clinic is null || opening.Position.Clinic.Slug == filter.Clinic.Slug)
                && (filter.Type is null || opening.Position.Type == filter.Type)
                && (filter.Zip is null
                    || filter.WithinMiles is null
                    || opening.Position.Clinic.IsVirtual
                    || opening.Miles <= filter.WithinMiles));
        return filter.Zip is null ? [.. openings] : [.. ByDistance(openings)];
    }

    /// <summary>Open positions near the clinic of a closed position. At equal distance, positions of the same type come first.</summary>
    public IReadOnlyList<JobOpening> Near(Position closed) =>
    [
        .. Open().Select(position => new JobOpening(position, Miles(closed.Clinic.Place?.Coordinates, position)))
            .OrderBy(opening => opening.Position.Clinic.Slug == closed.Clinic.Slug ? 0 : opening.Miles ?? double.MaxValue)
            .ThenBy(opening => opening.Position.Role == closed.Role ? 0 : 1)
            .Take(NearShown),
    ];

    private IReadOnlyList<Position> Open() => library.Current.OpenPositions(time.GetUtcNow().UtcDateTime);

    private static IOrderedEnumerable<JobOpening> ByDistance(IEnumerable<JobOpening> openings) => openings
        .OrderBy(opening => opening.Miles ?? double.MaxValue)
        .ThenBy(opening => opening.Position.Title, StringComparer.Ordinal);

    private static double? Miles(Coordinates? from, Position position) =>
        from is { } start && position.Clinic.Place is { } place ? GreatCircle.Miles(start, place.Coordinates) : null;
}
