using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Content;
using PhysioSite.Tests.Data.Encryption;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>
/// Requests and accounts that were stored when the clinic had another file name. Madison is now the file linden-mill.md, which has the
/// alias madison. The clinic racine was removed without an alias.
/// </summary>
public sealed class RenamedClinicTests : IClassFixture<RenamedSite>
{
    private const string Renamed = "madison";
    private const string Removed = "racine";

    /// <summary>A Wednesday, when Boston opens first, and Madison an hour later.</summary>
    private static readonly DateTimeOffset BostonOpens = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    private readonly RenamedSite _site;

    public RenamedClinicTests(RenamedSite site)
    {
        _site = site;
        _site.Clock.Set(TestClock.Tuesday);
    }

    [Fact]
    public async Task Request_OfARenamedClinic_IsWorkedByItsStaffOfEitherName()
    {
        var (old, path) = await AskAsync(Renamed, ("name", "Wilhelmina Canary"));
        var (other, _) = await AskAsync("denver", ("clinic", "denver"));
        foreach (var slug in new[] { Renamed, "linden-mill" })
        {
            using var staff = await _site.SignInAsync($"of-{slug}@cedarandstride.example", StaffRoles.Staff, slug);
            foreach (var (filter, chosen) in new[] { ("", ""), ("?clinic=madison", "linden-mill"), ("?clinic=linden-mill", "linden-mill") })
            {
                var queue = await staff.GetAsync("/staff" + filter);
                var file = await staff.GetAsync("/staff/export" + filter);
                Assert.Contains(old, queue.Main, StringComparison.Ordinal);
                Assert.DoesNotContain(other, queue.Main, StringComparison.Ordinal);
                Assert.Equal(chosen, queue.Page.QuerySelector("#clinic option[selected]")?.GetAttribute("value") ?? "");
                Assert.Contains($"{old},Madison,", file.Text, StringComparison.Ordinal);
            }

            await staff.SubmitAsync(
                await staff.GetAsync("/staff/search"), "main form", [new("Words", "Wilhelmina"), new("Clinic", "linden-mill")]);
            Assert.Contains(old, (await staff.GetAsync("/staff/search")).Main, StringComparison.Ordinal);
            Assert.Contains(old, (await staff.GetAsync("/staff/delivery")).Main, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await staff.OpenRequestAsync(old)).Status);
        }

        using var patient = _site.Open();
        Assert.Contains("(608) 555-0142", (await patient.GetAsync(path)).Main, StringComparison.Ordinal);
        using var phoenix = await _site.SignInAsync("of-phoenix@cedarandstride.example", StaffRoles.Staff, "phoenix");
        Assert.Equal(HttpStatusCode.NotFound, (await phoenix.OpenRequestAsync(old)).Status);
        Assert.DoesNotContain(old, (await phoenix.GetAsync("/staff?clinic=madison")).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_ForARenamedAndARemovedClinic_WriteToTheClinicAndToTheManagers()
    {
        var (renamed, _) = await AskAsync(Renamed);
        var (removed, _) = await AskAsync(Removed);
        Assert.Equal("Degraded", await _site.ReadinessAsync("clinics"));
        await _site.RunSqlAsync("INSERT INTO ClinicDigests (ClinicSlug, Day) VALUES ('madison', '2026-11-19')");

        await _site.RunJobsAtAsync(BostonOpens.AddMinutes(-1));
        for (var minute = 0; minute < 3; minute++)
        {
            await _site.RunJobsAtAsync(BostonOpens.AddHours(1).AddMinutes(minute));
            await _site.RunJobsAtAsync(BostonOpens.AddHours(25).AddMinutes(minute));
        }

        var digests = await _site.WithDatabaseAsync(db =>
            db.Set<OutboxEmail>().AsNoTracking().Where(email => email.Kind == EmailKind.DailyDigest).ToListAsync());
        var toClinic = Assert.Single(digests, email => email.Content.Value!.Text.Contains(renamed, StringComparison.Ordinal));
        Assert.Equal(
            ("madison@cedarandstride.example", "linden-mill", "digest-2026-11-18"),
            (toClinic.Content.Value!.To, toClinic.ClinicSlug, toClinic.Reference));
        var toManagers = digests.Where(email => email.Content.Value!.Text.Contains(removed, StringComparison.Ordinal)).ToList();
        Assert.Equal(["digest-2026-11-18", "digest-2026-11-19"], toManagers.Select(email => email.Reference).Order());
        Assert.All(toManagers, email => Assert.Equal(
            ("managers@cedarandstride.example", Removed), (email.Content.Value!.To, email.ClinicSlug)));
        Assert.StartsWith("racine: 1 request waiting, 1 overdue", toManagers[0].Content.Value!.Subject, StringComparison.Ordinal);
        Assert.Contains("The website no longer has this clinic", toManagers[0].Content.Value!.Text, StringComparison.Ordinal);
        Assert.Contains("Unanswered, to the backup inbox: front-desk@cedarandstride.example", await _site.NotifiedAsync(renamed));
        Assert.Equal(["Unanswered, to the managers: managers@cedarandstride.example"], await _site.NotifiedAsync(removed));

        await _site.RunSqlAsync($"UPDATE AppointmentRequests SET State = 'Closed' WHERE Reference = '{removed}'");
        Assert.Equal("Healthy", await _site.ReadinessAsync("clinics"));
    }

    [Fact]
    public async Task Release_OfAHeldRequest_WritesToTheRenamedClinicAndExplainsThatARemovedOneHasNoInbox()
    {
        var (renamed, _) = await AskAsync(Renamed, ("subject", "Buy"));
        var (removed, _) = await AskAsync(Removed, ("subject", "Buy"));
        using var staff = await _site.SignInAsync("releases@cedarandstride.example", StaffRoles.Administrator);

        await staff.PressAsync(await staff.OpenRequestAsync(renamed), "Release");
        var refused = await staff.PressAsync(await staff.OpenRequestAsync(removed), "Release");

        Assert.Equal("madison@cedarandstride.example", Assert.Single(await _site.MailsAsync(renamed)).Content.Value!.To);
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("no longer has this clinic", refused.Main, StringComparison.Ordinal);
        await _site.RunSqlAsync($"DELETE FROM AppointmentRequests WHERE Reference = '{removed}'");
    }

    /// <summary>A form that was sent before the clinic was renamed, and again afterwards.</summary>
    [Fact]
    public async Task Form_SentAgainAfterTheRenaming_IsTheSameRequest()
    {
        using var browser = _site.Open();
        var form = await browser.GetAsync(RequestJourney.Path);
        var first = await browser.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());
        await _site.RunSqlAsync("UPDATE AppointmentRequests SET ClinicSlug = 'madison' WHERE ClinicSlug = 'linden-mill'");

        var second = await browser.SubmitAsync(form, RequestJourney.Form, RequestJourney.Answers());

        Assert.Equal(first.Location, second.Location);
        var receipt = await browser.GetAsync(second.Location!);
        Assert.DoesNotContain("You sent this form before", receipt.Main, StringComparison.Ordinal);
        Assert.Contains("0.2 miles from 53703", receipt.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_OfARenamedAndARemovedClinic_ShowsAndKeepsBoth()
    {
        const string Email = "of-both@cedarandstride.example";
        using var admin = await _site.SignInAsync("people@cedarandstride.example", StaffRoles.Administrator);
        using var staff = await _site.SignInAsync(Email, StaffRoles.Staff, Renamed, Removed);
        var id = await _site.WithDatabaseAsync(async db => (await db.Users.SingleAsync(member => member.Email == Email)).Id);

        var people = await admin.GetAsync("/staff/people");
        var person = await admin.GetAsync($"/staff/people/{id}");
        Assert.Contains("Madison, racine", people.Main, StringComparison.Ordinal);
        Assert.Equal(
            ["linden-mill", Removed],
            person.Page.QuerySelectorAll("input[name=Clinics][checked]").Select(box => box.GetAttribute("value")));
        Assert.Equal(HttpStatusCode.Redirect, (await admin.SubmitAsync(person, "main form", [])).Status);

        Assert.Equal(
            ["linden-mill", Removed],
            await _site.WithDatabaseAsync(db => db.Set<StaffClinic>()
                .Where(clinic => clinic.StaffMemberId == id).Select(clinic => clinic.ClinicSlug).Order().ToListAsync()));
    }

    /// <summary>Sends a request and stores it as if its clinic had had another file name then.</summary>
    private async Task<(string Reference, string StatusPath)> AskAsync(string storedAs, params (string Field, string? Value)[] answers)
    {
        using var browser = _site.Open();
        var receipt = await browser.AskAsync(answers);
        await _site.RunSqlAsync($"UPDATE AppointmentRequests SET ClinicSlug = '{storedAs}' WHERE Reference = '{receipt.Reference}'");
        await _site.RunSqlAsync($"UPDATE Outbox SET Scope = '{storedAs}' WHERE About = '{receipt.Reference}'");
        return (receipt.Reference, receipt.StatusPath);
    }
}
