using MimeKit;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments.Calendar;

/// <summary>The calendar entries that patients get, as a program that shares no code with the site reads them.</summary>
public sealed class AppointmentCalendarTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Patient = "ada@example.com";

    [CalendarFact]
    public async Task Entry_OfAnAgreedTime_ReplacesTheEarlierOneAndIsCanceledInTheEnd()
    {
        var receipt = await site.AskAsync(
            ("email", Patient), ("area", "shin"), ("note", "Platypusnote"), ("access", "Wombataccess ramp"));
        var staff = await site.Madison;
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Schedule", ("Agreed", "2026-11-18T10:30"));
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Schedule", ("Agreed", "2027-07-06T14:00"));
        using var patient = site.Open();
        var page = await patient.GetAsync(receipt.StatusPath);
        var file = await patient.GetAsync(page.Page.QuerySelector("a[href$='handler=calendar']")!.GetAttribute("href")!);
        await patient.SubmitAsync(page, RequestJourney.Withdrawal, []);

        var (agreed, moved, canceled) = (
            await EntryAsync(receipt, EmailKind.AppointmentAgreed, 0),
            await EntryAsync(receipt, EmailKind.AppointmentAgreed, 1),
            await EntryAsync(receipt, EmailKind.AppointmentCanceled, 0));
        var download = await CalendarParser.ParseAsync(file.Text);

        Assert.All([agreed, moved, canceled, download], entry => Assert.Equal(
            (1, agreed.Uid, "America/Chicago", "mailto:madison@cedarandstride.example"),
            (entry.Events, entry.Uid, Assert.Single(entry.Zones), entry.Organizer)));
        Assert.True(agreed.Sequence < moved.Sequence && moved.Sequence < canceled.Sequence);
        Assert.Equal(
            ("REQUEST", "CONFIRMED", Utc(2026, 11, 18, 16, 30), Utc(2026, 11, 18, 17, 30), "America/Chicago", $"mailto:{Patient}"),
            (agreed.Method, agreed.Status, agreed.Start, agreed.End, agreed.Zone, agreed.Attendee));
        Assert.Equal(("Appointment, Cedar & Stride Madison", "214 Linden Mill Street, Suite 100, Madison, WI 53703"),
            (agreed.Summary, agreed.Location));
        Assert.EndsWith(receipt.StatusPath, agreed.Url, StringComparison.Ordinal);

        // In July, Madison is five hours behind UTC.
        Assert.Equal(("REQUEST", Utc(2027, 7, 6, 19, 0)), (moved.Method, moved.Start));
        Assert.Equal(("CANCEL", "CANCELLED", Utc(2027, 7, 6, 19, 0)), (canceled.Method, canceled.Status, canceled.Start));
        Assert.Equal(
            ("PUBLISH", moved.Sequence, null, moved.Start), (download.Method, download.Sequence, download.Attendee, download.Start));
        Assert.Equal("text/calendar", file.Response.Content.Headers.ContentType!.MediaType);
        Assert.True(file.Response.Headers.CacheControl!.NoStore);
    }

    [CalendarFact]
    public async Task Entry_InSpanishAndInAZoneWithoutSummerTime_IsReadAsWritten()
    {
        using var browser = site.Open();
        var sent = await browser.SubmitAsync(
            await browser.GetAsync("/es/request-appointment"),
            RequestJourney.Form,
            RequestJourney.Answers(("email", Patient), ("clinic", "phoenix"), ("visit", "clinic")));
        var reference = (await browser.GetAsync(sent.Location!)).Page.QuerySelector("#reference")!.TextContent;
        var staff = await site.Phoenix;
        await staff.PressAsync(await staff.OpenRequestAsync(reference), "Schedule", ("Agreed", "2026-11-18T10:30"));

        var mail = (await site.MailsAsync(reference)).Single(mail => mail.Kind == EmailKind.AppointmentAgreed).Content.Value!;
        var entry = await CalendarParser.ParseAsync(mail.Calendar!.Text);

        Assert.Equal(("Cita, Cedar & Stride Phoenix", Utc(2026, 11, 18, 17, 30)), (entry.Summary, entry.Start));
        Assert.StartsWith("Su cita: miércoles 18 de noviembre", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_InTheMail_IsAnInvitationAndAFileAndNamesNothingOfThePatientsHealth()
    {
        var receipt = await site.AskAsync(
            ("email", Patient), ("area", "shin"), ("note", "Platypusnote"), ("access", "Wombataccess ramp"));
        var staff = await site.Madison;
        await staff.PressAsync(
            await staff.OpenRequestAsync(receipt.Reference), "Schedule", ("Agreed", "2026-11-18T10:30"), ("Note", "Platypusnote"));

        var mail = (await site.ReadMailsAsync(receipt.Reference)).Single(mail => mail.Attachments.Any());

        var parts = mail.BodyParts.OfType<TextPart>().ToList();
        Assert.Equal(
            ["text/plain", "text/html", "text/calendar", "text/calendar"], parts.Select(part => part.ContentType.MimeType));
        Assert.All(parts.Skip(2), part => Assert.Equal("REQUEST", part.ContentType.Parameters["method"]));
        Assert.Equal("appointment.ics", Assert.Single(mail.Attachments).ContentDisposition!.FileName);
        var text = string.Concat(parts.Select(part => part.Text)).Replace("www.physiosite.example", "", StringComparison.Ordinal);
        Assert.Empty(Canaries.SecretsIn(text));
        Assert.DoesNotMatch("(?i)shin|ada example|therap|physio|pain|Shorts", text);
        Assert.All(
            [
                "Time: Wednesday, November 18, 10:30 am (Central Time)", "Address: 214 Linden Mill Street", "Phone: (608) 555-0142",
                "Please bring: ", "Look for the green door", receipt.StatusPath,
            ],
            words => Assert.Contains(words, mail.TextBody!, StringComparison.Ordinal));
        Assert.Equal("madison@cedarandstride.example", mail.ReplyTo.ToString());
    }

    private static DateTime Utc(int year, int month, int day, int hour, int minute) =>
        new(year, month, day, hour, minute, 0, DateTimeKind.Utc);

    private async Task<ParsedCalendar> EntryAsync(Receipt receipt, EmailKind kind, int number)
    {
        var mails = (await site.MailsAsync(receipt.Reference)).Where(mail => mail.Kind == kind).OrderBy(mail => mail.Id).ToList();
        return await CalendarParser.ParseAsync(mails[number].Content.Value!.Calendar!.Text);
    }
}
