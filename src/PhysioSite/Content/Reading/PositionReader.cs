using PhysioSite.Content.Model;

namespace PhysioSite.Content.Reading;

internal static class PositionReader
{
    private static readonly Dictionary<string, PositionRole> Roles = new()
    {
        ["physical-therapist"] = PositionRole.PhysicalTherapist,
        ["physical-therapist-assistant"] = PositionRole.PhysicalTherapistAssistant,
        ["front-desk"] = PositionRole.FrontDesk,
    };

    private static readonly Dictionary<string, PayPeriod> Periods = new()
    {
        ["hour"] = PayPeriod.Hour,
        ["visit"] = PayPeriod.Visit,
        ["year"] = PayPeriod.Year,
    };

    public static Position Read(ContentFile file, IReadOnlyDictionary<string, Clinic> clinics)
    {
        var front = file.Front;
        var position = new Position
        {
            Slug = file.Slug,
            Aliases = front.OptionalTexts(ContentAliases.Key),
            Title = front.Text("title"),
            Summary = file.Summary(),
            Clinic = front.Choice("clinic", clinics),
            Role = front.Choice("role", Roles),
            Type = front.Choice("type", Position.Types),
            Pay = ReadPay(front),
            SignOnBonus = ReadBonus(front),
            Schedule = front.Text("schedule"),
            Productivity = front.Text("productivity"),
            Supervision = front.Text("supervision"),
            DocumentationTime = front.Text("documentationTime"),
            ReadBy = front.Text("readBy"),
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
