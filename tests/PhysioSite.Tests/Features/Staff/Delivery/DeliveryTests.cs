using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Email.Transports;

namespace PhysioSite.Tests.Features.Staff.Delivery;

/// <summary>The email delivery pages for staff, and resending an email.</summary>
public sealed class DeliveryTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task Delivery_OfMailsInEachState_CountsAndListsThoseOfOwnClinics()
    {
        using var counted = new StaffSite();
        await counted.StopSendingAsync();
        var references = new Dictionary<OutboxState, string[]>();
        foreach (var (state, number) in new[] { (OutboxState.Waiting, 1), (OutboxState.Failed, 2), (OutboxState.Sent, 3) })
        {
            var asked = Enumerable.Range(0, number).Select(async _ => (await counted.AskAsync(("clinic", "madison"))).Reference);
            references[state] = [.. await Task.WhenAll(asked)];
            await SetStateAsync(counted, references[state], state);
        }

        await SetStateAsync(counted, [(await counted.AskAsync(("clinic", "phoenix"))).Reference], OutboxState.Failed);
        var staff = await counted.Madison;

        var all = await staff.GetAsync("/staff/delivery");

        Assert.Equal(
            ["All", "Waiting: 1", "Needs attention: 2", "Sent: 3"],
            all.Page.QuerySelectorAll(".chips a").Select(chip => chip.TextContent));
        Assert.Equal(6, Rows(all).Count());
        foreach (var chip in all.Page.QuerySelectorAll(".chips a").Skip(1))
        {
            var address = chip.GetAttribute("href")!;
            var state = Enum.Parse<OutboxState>(address.Split("state=")[1], ignoreCase: true);
            var page = await staff.GetAsync(address);
            Assert.Equal(references[state].ToHashSet(), Rows(page).Select(row => Answer.Words(row.QuerySelector("th")!)).ToHashSet());
            Assert.Equal(chip.TextContent, page.Page.QuerySelector(".chips a[aria-current]")!.TextContent);
        }
    }

    [Fact]
    public async Task Mail_OfASiteWithoutServer_CanBeReadByStaffOfItsClinic()
    {
        var receipt = await site.AskAsync(("email", "ada@patients.example"));
        await site.SentMailsAsync(receipt.Reference);
        var staff = await site.Madison;
        var row = Rows(await staff.GetAsync("/staff/delivery")).Single(row =>
            row.TextContent.Contains(receipt.Reference, StringComparison.Ordinal)
            && row.TextContent.Contains("To the patient", StringComparison.Ordinal));

        var mail = await staff.GetAsync(row.QuerySelector("td a")!.GetAttribute("href")!);

        Assert.Contains("ada@patients.example", mail.Main, StringComparison.Ordinal);
        Assert.Contains($"https://www.physiosite.example{receipt.StatusPath}", mail.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_OfASiteWithServer_CannotBeReadByAnyone()
    {
        using var smtp = new SmtpSite();
        using var browser = smtp.Open();
        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await smtp.SentMailsAsync(receipt.Reference));
        using var administrator = await smtp.SignInAsync("admin@cedarandstride.example", StaffRoles.Administrator);

        Assert.Equal(HttpStatusCode.NotFound, (await administrator.GetAsync($"/staff/delivery/{mail.Id}")).Status);
        Assert.Empty((await administrator.GetAsync("/staff/delivery")).Page.QuerySelectorAll("main td a"));
    }

    [Fact]
    public async Task SendAgain_OfAnotherClinicsMail_Returns404AndSendsNothing()
    {
        var receipt = await site.AskAsync(("clinic", "phoenix"));
        var sent = Assert.Single(await site.SentMailsAsync(receipt.Reference));
        var staff = await site.Madison;
        site.Clock.Advance(TimeSpan.FromMinutes(1));

        var answer = await staff.ForgeAsync("/staff/delivery?handler=SendAgain", "/staff", ("id", sent.Id.ToString()));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        var after = Assert.Single(await site.MailsAsync(receipt.Reference));
        Assert.Equal((OutboxState.Sent, sent.SentUtc, 1), (after.State, after.SentUtc, after.Attempts));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("nonsense", HttpStatusCode.BadRequest)]
    [InlineData("00000000-0000-0000-0000-000000000000", HttpStatusCode.NotFound)]
    public async Task SendAgain_OfNoMail_IsRefused(string id, HttpStatusCode status)
    {
        var staff = await site.Madison;

        Assert.Equal(status, (await staff.ForgeAsync("/staff/delivery?handler=SendAgain", "/staff", ("id", id))).Status);
    }

    [Fact]
    public async Task SendAgain_OfAFailedMail_GivesItAFreshSetOfAttempts()
    {
        var receipt = await site.AskAsync();
        await site.SentMailsAsync(receipt.Reference);
        await SetStateAsync(site, [receipt.Reference], OutboxState.Failed);
        await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().Where(mail => mail.Reference == receipt.Reference)
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.Attempts, 75).SetProperty(mail => mail.LastError, "It was refused.")));
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var staff = await site.Madison;
        var delivery = await staff.GetAsync("/staff/delivery?state=failed");
        var row = Rows(delivery).Single(row => row.TextContent.Contains(receipt.Reference, StringComparison.Ordinal));
        Assert.Contains("Needs attention 75 attempts. It was refused.", Answer.Words(row), StringComparison.Ordinal);

        var id = row.QuerySelector("input[name=id]")!.GetAttribute("value");
        var answer = await staff.SubmitAsync(delivery, $"form:has(input[value='{id}'])", []);
        var again = await staff.GetAsync(answer.Location!);

        Assert.Contains("The email is on its way again.", again.Main, StringComparison.Ordinal);
        var mail = Assert.Single(await site.SentMailsAsync(receipt.Reference));
        Assert.Equal(
            (1, null, site.Clock.UtcNow, site.Clock.UtcNow + OutboxEmail.RetryWindow),
            (mail.Attempts, mail.LastError, mail.SentUtc, mail.GiveUpUtc));
    }

    /// <summary>An email that was sent is sent a second time only after a question.</summary>
    [Fact]
    public async Task SendAgain_OfASentMail_AsksFirst()
    {
        var receipt = await site.AskAsync();
        await site.SentMailsAsync(receipt.Reference);
        var staff = await site.Madison;
        var list = await staff.GetAsync("/staff/delivery?state=sent&clinic=madison");
        var id = Rows(list).Single(row => row.TextContent.Contains(receipt.Reference, StringComparison.Ordinal))
            .QuerySelector("input[name=id]")!.GetAttribute("value");

        var asked = await staff.SubmitAsync(list, $"form:has(input[value='{id}'])", []);

        Assert.Equal($"/staff/delivery?state=sent&clinic=madison&again={id}", asked.Location);
        Assert.Equal(OutboxState.Sent, Assert.Single(await site.MailsAsync(receipt.Reference)).State);
        var question = await staff.GetAsync(asked.Location!);
        Assert.Contains("Send it a second time?", question.Main, StringComparison.Ordinal);
        Assert.Contains($"about {receipt.Reference} was sent Tuesday", question.Main, StringComparison.Ordinal);
        site.Clock.Advance(TimeSpan.FromMinutes(1));
        var sent = await staff.SubmitAsync(question, "form.panel", []);
        Assert.Equal("/staff/delivery?state=sent&clinic=madison", sent.Location);
        await Eventually.TrueAsync(
            async () => Assert.Single(await site.MailsAsync(receipt.Reference)).SentUtc == site.Clock.UtcNow, "it is sent again");
        Assert.DoesNotContain(
            "second time", (await (await site.Phoenix).GetAsync(asked.Location!)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_ByClinic_SaysWhatLeftWhatWaitsAndWhatFailedAndSendsTheFailedAgain()
    {
        using var own = new StaffSite();
        var sent = await own.AskAsync();
        await own.SentMailsAsync(sent.Reference);
        await own.StopSendingAsync();
        await own.AskAsync();
        own.Clock.Advance(TimeSpan.FromMinutes(4));
        var failed = new[] { (await own.AskAsync()).Reference, (await own.AskAsync()).Reference };
        var elsewhere = (await own.AskAsync(("clinic", "phoenix"))).Reference;
        await SetStateAsync(own, [.. failed, elsewhere], OutboxState.Failed);
        await own.WithDatabaseAsync(db => db.Set<OutboxEmail>().Where(mail => mail.Reference == failed[0]).ExecuteUpdateAsync(
            set => set
                .SetProperty(mail => mail.Attempts, 1)
                .SetProperty(mail => mail.LastError, "The mail server refused the recipient for good (550 5.1.1).")));
        var staff = await own.Madison;

        var page = await staff.GetAsync("/staff/delivery");
        var clinic = Assert.Single(page.Page.QuerySelectorAll(".by-clinic tr"));
        Assert.Equal(
            ["Madison", "Tuesday, November 17, 9 am (Central Time)", "since 4 min", "2"], clinic.Children.Select(Answer.Words));
        Assert.Contains("The address does not exist.", page.Main, StringComparison.Ordinal);
        Assert.Contains("Send all 2 emails that need attention again", page.Main, StringComparison.Ordinal);

        var answer = await staff.SubmitAsync(page, "form[action*='handler=SendFailedAgain']", []);

        Assert.Contains("2 emails are on their way again.", (await staff.GetAsync(answer.Location!)).Main, StringComparison.Ordinal);
        Assert.All(failed, reference => Assert.Equal(OutboxState.Waiting, own.MailsAsync(reference).Result.Single().State));
        Assert.Equal(OutboxState.Failed, Assert.Single(await own.MailsAsync(elsewhere)).State);
        Assert.Equal(OutboxState.Sent, Assert.Single(await own.MailsAsync(sent.Reference)).State);
    }

    [Fact]
    public async Task Test_OfAClinicsInbox_IsAnEmailInTheListForOwnClinicsOnly()
    {
        using var own = new StaffSite();
        var staff = await own.Madison;
        var page = await staff.GetAsync("/staff/delivery");
        Assert.Equal(["madison"], page.Page.QuerySelectorAll("#to option").Select(option => option.GetAttribute("value")));

        await staff.SubmitAsync(page, "form[action*='handler=Test']", []);

        var mail = Assert.Single(await own.SentMailsAsync("TEST"));
        Assert.Equal(("madison@cedarandstride.example", "madison"), (mail.Content.Value!.To, mail.ClinicSlug));
        Assert.Contains("Test", Answer.Words(Rows(await staff.GetAsync("/staff/delivery")).Single()), StringComparison.Ordinal);
        var other = await staff.ForgeAsync("/staff/delivery?handler=Test", "/staff", ("to", "phoenix"));
        Assert.Equal(HttpStatusCode.NotFound, other.Status);
    }

    [Fact]
    public async Task Delivery_LongerThanAPage_IsReadPageByPage()
    {
        using var own = new StaffSite();
        await own.StopSendingAsync();
        using (var patient = own.Open())
        {
            for (var i = 0; i < 51; i++)
            {
                await patient.SendAsync();
            }
        }

        var staff = await own.Madison;
        var first = await staff.GetAsync("/staff/delivery?state=waiting");
        var next = await staff.GetAsync(first.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);

        Assert.Equal((50, 1), (Rows(first).Count(), Rows(next).Count()));
        Assert.Equal("/staff/delivery?state=waiting", next.Page.QuerySelector("a[rel=prev]")!.GetAttribute("href"));
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(first.Text) < 100_000, $"{first.Text.Length} characters");
    }

    [Fact]
    public async Task SendAgain_OfAWaitingMail_LeavesItWaitingAndSaysSo()
    {
        using var stopped = new StaffSite();
        await stopped.StopSendingAsync();
        var receipt = await stopped.AskAsync();
        var mail = Assert.Single(await stopped.MailsAsync(receipt.Reference));
        var staff = await stopped.Madison;

        var answer = await staff.ForgeAsync("/staff/delivery?handler=SendAgain", "/staff", ("id", mail.Id.ToString()));

        var page = await staff.GetAsync(answer.Location!);
        Assert.Contains("The email was waiting to be sent already.", page.Main, StringComparison.Ordinal);
        Assert.Equal(OutboxState.Waiting, Assert.Single(await stopped.MailsAsync(receipt.Reference)).State);
    }

    private static IEnumerable<IElement> Rows(Answer delivery) => delivery.Page.QuerySelectorAll("main tbody.emails tr");

    private static Task<int> SetStateAsync(StaffSite site, string[] references, OutboxState state) =>
        site.WithDatabaseAsync(db => db.Set<OutboxEmail>()
            .Where(mail => references.Contains(mail.Reference))
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.State, state)));
}
