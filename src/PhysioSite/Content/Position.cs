using PhysioSite.Content.Reading;

namespace PhysioSite.Content;

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
    public static readonly IReadOnlyDictionary<string, PositionRole> Roles = new Dictionary<string, PositionRole>
    {
        ["physical-therapist"] = PositionRole.PhysicalTherapist,
        ["physical-therapist-assistant"] = PositionRole.PhysicalTherapistAssistant,
        ["front-desk"] = PositionRole.FrontDesk,
    };

    public static readonly IReadOnlyDictionary<string, PositionType> Types = new Dictionary<string, PositionType>
    {
        ["full-time"] = PositionType.FullTime,
        ["part-time"] = PositionType.PartTime,
        ["per-diem"] = PositionType.PerDiem,
        ["new-graduate"] = PositionType.NewGraduate,
    };

    private static readonly Dictionary<string, PayPeriod> Periods = new()
    {
        ["hour"] = PayPeriod.Hour,
        ["visit"] = PayPeriod.Visit,
        ["year"] = PayPeriod.Year,
    };

    public required string Slug { get; init; }

    public required string Title { get; init; }

    public required string Summary { get; init; }

    public required Clinic Clinic { get; init; }

    public required PositionRole Role { get; init; }

    public required PositionType Type { get; init; }

    public required Pay Pay { get; init; }

    public required SignOnBonus? SignOnBonus { get; init; }

    public required string Schedule { get; init; }

    public required DateOnly Posted { get; init; }

    public required DateOnly Closes { get; init; }

    public required MarkdownText Body { get; init; }

    public bool IsOpen(DateTime utc) => DateOnly.FromDateTime(Clinic.TimeZone.ToLocal(utc)) is var today && Posted <= today && today <= Closes;

    internal static Position Read(ContentFile file, IReadOnlyDictionary<string, Clinic> clinics)
    {
        var front = file.Front;
        var position = new Position
        {
            Slug = file.Slug,
            Title = front.Text("title"),
            Summary = file.Summary(),
            Clinic = front.Choice("clinic", clinics),
            Role = front.Choice("role", Roles),
            Type = front.Choice("type", Types),
            Pay = ReadPay(front),
            SignOnBonus = ReadBonus(front),
            Schedule = front.Text("schedule"),
            Posted = front.Date("posted"),
            Closes = front.Date("closes"),
            Body = file.Body(),
        };
        if (position.Closes > DateOnly.MinValue && position.Closes < position.Posted)
        {
            front.Problem("closes", "\"closes\" must not be before \"posted\".");
        }

        front.Finish();
        return position;
    }

    private static Pay ReadPay(FrontMatter front)
    {
        if (front.Section("pay") is not { } section)
        {
            return new Pay(0, 0, PayPeriod.Year);
        }

        var pay = new Pay(section.Dollars("from"), section.Dollars("to"), section.Choice("per", Periods));
        if (pay.To < pay.From)
        {
            section.Problem("to", "\"pay.to\" must not be less than \"pay.from\".");
        }

        section.Finish();
        return pay;
    }

    private static SignOnBonus? ReadBonus(FrontMatter front)
    {
        if (front.OptionalSection("signOnBonus") is not { } section)
        {
            return null;
        }

        var bonus = new SignOnBonus(section.Dollars("amount"), section.Text("terms"));
        section.Finish();
        return bonus;
    }
}
