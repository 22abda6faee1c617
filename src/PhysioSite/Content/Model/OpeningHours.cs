namespace PhysioSite.Content.Model;

/// <summary>A period of one day during which a clinic is open, in the clinic's local time.</summary>
public readonly record struct OpenSpan(TimeOnly From, TimeOnly To);

/// <param name="Spans">Empty if the clinic is closed on that day.</param>
public sealed record SpecialDay(DateOnly Date, IReadOnlyList<OpenSpan> Spans, string Reason);

/// <summary>A clinic's weekly opening hours and the dates with different hours.</summary>
public sealed record OpeningHours(IReadOnlyDictionary<DayOfWeek, IReadOnlyList<OpenSpan>> Week, IReadOnlyList<SpecialDay> Exceptions)
{
    public SpecialDay? SpecialOn(DateOnly date) => Exceptions.FirstOrDefault(exception => exception.Date == date);

    public IReadOnlyList<OpenSpan> On(DateOnly date) => SpecialOn(date)?.Spans ?? Week[date.DayOfWeek];
}
