using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Accounts;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Tests.Data.Sqlite;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff.Accounts;

namespace PhysioSite.Tests.Features.Staff;

/// <summary>
/// On a full disk staff go on reading. Each change is answered with an explanation, changes nothing, and works once there is room.
/// </summary>
public sealed class FullDiskTests : IClassFixture<FullDiskTests.SiteOnAFullDisk>
{
    private const string NotStored = "The site cannot store anything right now";

    private readonly StaffSite _site;
    private readonly FullDisk _disk;

    public FullDiskTests(SiteOnAFullDisk fixture)
    {
        (_site, _disk) = (fixture.Site, fixture.Disk);
        _disk.IsFull = false;
    }

    public static TheoryData<string, (string, string?)[]> Buttons { get; } = new()
    {
        { "Claim", [("Note", "Was typed")] },
        { "NoAnswer", [("Note", "Was typed")] },
        { "Note", [("Note", "Was typed")] },
        { "Schedule", [("Note", "Was typed"), ("Agreed", "2026-11-18T10:00")] },
        { "Close", [("Note", "Was typed"), ("Outcome", "AppointmentMade")] },
    };

    [Fact]
    public async Task SignIn_WithTheRightPassword_Returns503AndKeepsWhatWasTyped()
    {
        var email = _site.NewEmail();
        using var added = await _site.MadisonAsync(email);
        using var browser = _site.Open();
        var form = await browser.GetAsync("/staff/sign-in?to=/staff/delivery");
        _disk.IsFull = true;

        var wrong = await browser.SubmitAsync(form, "main form", [new("Email", email), new("Password", "wrong")]);
        var right = await browser.SubmitAsync(form, "main form", [new("Email", email), new("Password", StaffJourney.Password)]);
        _disk.IsFull = false;
        var later = await browser.SubmitAsync(right, "main form", [new("Password", StaffJourney.Password)]);

        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, right.Status);
        Assert.Contains("so nobody can sign in. Your password is right.", right.Main, StringComparison.Ordinal);
        Assert.Equal(email, right.Page.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Equal((HttpStatusCode.Redirect, "/staff/delivery"), (later.Status, later.Location));
    }

    [Fact]
    public async Task Session_OfSomeoneWhoReadsForHours_GoesOnUntilItIsIdle()
    {
        var receipt = await _site.AskAsync();
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        _disk.IsFull = true;

        for (var i = 0; i < 6; i++)
        {
            _site.Clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Contains(receipt.Reference, (await staff.GetAsync("/staff")).Main, StringComparison.Ordinal);
            var request = await staff.OpenRequestAsync(receipt.Reference);
            Assert.Equal(HttpStatusCode.OK, request.Status);
            Assert.Contains("Ada Example", request.Main, StringComparison.Ordinal);
        }

        _site.Clock.Advance(TimeSpan.FromMinutes(16));
        var idle = await staff.GetAsync("/staff");

        Assert.Equal((HttpStatusCode.Redirect, "/staff/sign-in?to=%2Fstaff&ended=true"), (idle.Status, idle.Location));
        Assert.Contains(
            _site.Logs.Lines,
            line => line.Contains($"viewed request {receipt.Reference}, which could not be stored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignOut_Pressed_EndsTheSessionForEveryCopyOfItsCookie()
    {
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        var page = await staff.GetAsync("/staff/password");
        var cookie = page.Response.RequestMessage!.Headers.GetValues("Cookie").Single();
        var hash = StaffSessions.Hash(cookie.Split("__Host-staff=")[1].Split(';')[0]);
        _disk.IsFull = true;

        var answer = await staff.SubmitAsync(page, "form[action$='handler=SignOut']", []);

        Assert.Equal((HttpStatusCode.Redirect, "/staff/sign-in"), (answer.Status, answer.Location));
        Assert.Contains(
            answer.Response.Headers.GetValues("Set-Cookie"), line => line.StartsWith("__Host-staff=;", StringComparison.Ordinal));
        using var copy = _site.Open();
        copy.Client.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.Redirect, (await copy.GetAsync("/staff")).Status);
        Assert.Equal(1, await CountAsync());
        _disk.IsFull = false;
        Assert.Equal(HttpStatusCode.Redirect, (await copy.GetAsync("/staff")).Status);

        // Another instance does not know that it ended until it is deleted.
        using var colleague = await _site.MadisonAsync(_site.NewEmail());
        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        await colleague.GetAsync("/staff");
        Assert.Equal(0, await CountAsync());

        Task<int> CountAsync() => _site.WithDatabaseAsync(db => db.Set<StaffSession>().CountAsync(session => session.KeyHash == hash));
    }

    [Theory]
    [MemberData(nameof(Buttons))]
    public async Task Button_OfARequest_Returns503KeepsWhatWasTypedAndWorksLater(string handler, (string, string?)[] answers)
    {
        var receipt = await _site.AskAsync();
        var staff = await _site.Madison;
        var page = await staff.OpenRequestAsync(receipt.Reference);
        _disk.IsFull = true;

        var refused = await staff.PressAsync(page, handler, answers);
        _disk.IsFull = false;

        AssertNotStored(refused);
        Assert.Equal("Was typed", refused.Page.QuerySelector("#note")!.TextContent);
        Assert.Contains("New", refused.Page.QuerySelector(".lead")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(RequestState.New, (await _site.FindAsync(receipt.Reference)).State);
        Assert.Equal(HttpStatusCode.Redirect, (await staff.PressAsync(refused, handler, answers)).Status);
    }

    [Fact]
    public async Task Retention_OfARequest_Returns503AndChangesNothing()
    {
        var receipt = await _site.AskAsync();
        var staff = await _site.Administrator;
        var page = await staff.OpenRequestAsync(receipt.Reference);
        _disk.IsFull = true;

        var hold = await staff.SubmitAsync(page, "form[action$='handler=Hold']", [new("Reason", "Was typed")]);
        var erase = await staff.SubmitAsync(page, "form[action$='handler=Erase']", [new("Sure", "true")]);

        AssertNotStored(hold);
        Assert.Equal("Was typed", hold.Page.QuerySelector("#reason")!.GetAttribute("value"));
        AssertNotStored(erase);
        _disk.IsFull = false;
        await staff.SubmitAsync(hold, "form[action$='handler=Hold']", []);
        page = await staff.OpenRequestAsync(receipt.Reference);
        _disk.IsFull = true;
        AssertNotStored(await staff.SubmitAsync(page, "form[action$='handler=LiftHold']", []));
    }

    [Fact]
    public async Task HeldRequestAndEmail_OnTheirLists_AreExplainedAndStay()
    {
        var held = await _site.AskAsync(("subject", "SEO offer"));
        var failed = (await _site.AskAsync()).Reference;
        await _site.SentMailsAsync(failed);
        var staff = await _site.Administrator;
        var queue = await staff.GetAsync("/staff?state=held");
        await _site.WithDatabaseAsync(db => db.Set<OutboxEmail>().Where(email => email.Reference == failed).ExecuteUpdateAsync(
            set => set.SetProperty(email => email.State, OutboxState.Failed)));
        var delivery = await staff.GetAsync("/staff/delivery");
        _disk.IsFull = true;

        AssertNotStored(await staff.SubmitAsync(queue, "#held", [new("reference", held.Reference)]));
        AssertNotStored(await staff.SubmitAsync(delivery, "form[action*='handler=SendAgain']", []));
        Assert.True((await _site.FindAsync(held.Reference)).IsHeld);
    }

    [Fact]
    public async Task PeopleAndPasswords_Changed_Return503AndKeepWhatWasTyped()
    {
        var email = _site.NewEmail("mary");
        using var mary = await _site.MadisonAsync(email);
        var administrator = await _site.Administrator;
        var people = await administrator.GetAsync("/staff/people");
        var person = await administrator.GetAsync(await _site.PersonPathAsync(email));
        var password = await mary.GetAsync("/staff/password");
        var link = PeopleSteps.LinkOn(await administrator.SubmitAsync(person, "form[action*='handler=Link']", []));
        using var browser = _site.Open();
        var set = await browser.OpenLinkAsync(link);
        _disk.IsFull = true;

        var added = await administrator.SubmitAsync(
            people,
            "main form",
            [new("Name", "Was typed"), new("Email", "typed@example.com"), new("Role", "Staff"), new("Clinics", "madison")]);
        AssertNotStored(added);
        Assert.Equal("Was typed", added.Page.QuerySelector("#name")!.GetAttribute("value"));
        Assert.Equal("typed@example.com", added.Page.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Contains(email, added.Main, StringComparison.Ordinal);
        AssertNotStored(await administrator.SubmitAsync(person, "main form", [new("Clinics", "phoenix")]));
        AssertNotStored(await mary.SubmitAsync(
            password, "main form", [new("Current", StaffJourney.Password), new("Password", "another four odd words")]));
        AssertNotStored(await browser.SubmitAsync(set, "main form", [new("Password", "another four odd words")]));
        _disk.IsFull = false;

        Assert.Equal(HttpStatusCode.OK, (await mary.GetAsync("/staff")).Status);
        var later = await browser.SubmitAsync(set, "main form", [new("Password", "another four odd words")]);
        Assert.Equal((HttpStatusCode.Redirect, "/staff"), (later.Status, later.Location));
    }

    [Fact]
    public async Task FirstAdministrator_OnAFullDisk_Gets503AndCanTryAgain()
    {
        var disk = new FullDisk();
        using var site = new StaffSite { Replace = disk.AddTo };
        await using var scope = site.Services.CreateAsyncScope();
        var link = scope.ServiceProvider.GetRequiredService<StaffDirectory>().FirstAdministratorLink();
        using var browser = site.Open();
        var form = await browser.OpenLinkAsync(link.PathAndQuery);
        KeyValuePair<string, string?>[] answers =
            [new("Name", "Was typed"), new("Email", "first@example.com"), new("Password", "another four odd words")];
        disk.IsFull = true;

        var refused = await browser.SubmitAsync(form, "main form", answers);
        disk.IsFull = false;

        AssertNotStored(refused);
        Assert.Equal("Was typed", refused.Page.QuerySelector("#name")!.GetAttribute("value"));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync(refused, "main form", answers)).Status);
    }

    [Fact]
    public async Task Withdrawal_OfAPatient_Returns503AndWorksLater()
    {
        var receipt = await _site.AskAsync();
        using var patient = _site.Open();
        var page = await patient.GetAsync(receipt.StatusPath);
        _disk.IsFull = true;

        var refused = await patient.SubmitAsync(page, RequestJourney.Withdrawal, []);
        var spanish = await patient.SubmitAsync(await patient.GetAsync($"/es{receipt.StatusPath}"), RequestJourney.Withdrawal, []);
        _disk.IsFull = false;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Matches(
            @"We could not store that, so your request is not withdrawn\. Please try again in a minute, or call \(608\) 555-\d{4}\.",
            refused.Main);
        Assert.Contains("su solicitud no se ha retirado", spanish.Main, StringComparison.Ordinal);
        Assert.DoesNotContain("You have withdrawn", refused.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await patient.SubmitAsync(refused, RequestJourney.Withdrawal, [])).Status);
        Assert.Equal(RequestState.Withdrawn, (await _site.FindAsync(receipt.Reference)).State);
    }

    private static void AssertNotStored(Answer answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains(NotStored, answer.Main, StringComparison.Ordinal);
    }

    public sealed class SiteOnAFullDisk : IDisposable
    {
        public SiteOnAFullDisk()
        {
            Site = new StaffSite { Replace = Disk.AddTo };
        }

        internal FullDisk Disk { get; } = new();

        public StaffSite Site { get; }

        public void Dispose() => Site.Dispose();
    }
}
