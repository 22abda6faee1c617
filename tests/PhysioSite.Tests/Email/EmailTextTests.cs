using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using MimeKit;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email;

/// <summary>The text of the emails, read from the files of a site without a mail server.</summary>
public sealed partial class EmailTextTests(Site site) : IClassFixture<Site>
{
    private const string Inbox = "madison@cedarandstride.example";
    private const string Patient = "someone@patients.example";
    private const string Due = "Tuesday, November 17, 5 pm (Central Time)";

    [Fact]
    public async Task ClinicMail_Headers_NameTheGroupTheInboxTheReferenceAndTheDueTime()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();

        var mail = Assert.Single(await site.ReadMailsAsync(receipt.Reference));

        var from = Assert.Single(mail.From.Mailboxes);
        Assert.Equal(("Cedar & Stride Physical Therapy", "no-reply@cedarandstride.example"), (from.Name, from.Address));
        Assert.Equal(Inbox, mail.To.ToString());
        Assert.Equal($"Request {receipt.Reference} for Madison: answer by {Due}", mail.Subject);
        Assert.Matches(@"^[0-9a-f]{32}@cedarandstride\.example$", mail.MessageId);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"],
            mail.HeaderNames().Where(name => !name.StartsWith("X-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ClinicMail_BothParts_SayWhoHowWhenAndByWhen()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("message-ok", "yes"), ("wishes", "monday-morning"));

        var mail = Assert.Single(await site.ReadMailsAsync(receipt.Reference));

        foreach (var part in new[] { mail.TextBody!, Words(mail.HtmlBody!) })
        {
            Assert.Contains("Ada Example", part, StringComparison.Ordinal);
            Assert.Contains("Call (608) 555-0142 (you may leave a message)", part, StringComparison.Ordinal);
            Assert.Contains("In the clinic", part, StringComparison.Ordinal);
            Assert.Contains("Monday morning, 7 am to 11 am", part, StringComparison.Ordinal);
            Assert.Contains(Due, part, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Mails_OfRequestWithAreaNoteAndAccess_SayNothingOfThem()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(
            ("email", Patient),
            ("area", "hip"),
            ("note", "Sharp unmistakable twinge"),
            ("access", "Unmistakable interpreter"),
            ("seen-before", "yes"),
            ("for", "someone"));

        var mails = await site.ReadMailsAsync(receipt.Reference);

        Assert.Equal(2, mails.Count);
        Assert.All(mails, mail => Assert.All([mail.TextBody!, mail.HtmlBody!, mail.ToString()], text =>
        {
            Assert.DoesNotContain("hip", Word().Matches(text).Select(word => word.Value.ToLowerInvariant()));
            Assert.DoesNotContain("groin", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("unmistakable", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("care for", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("53703", text, StringComparison.Ordinal);
        }));
    }

    [Fact]
    public async Task PatientMail_BothParts_SayWhatHappensNextWithoutTheirName()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", Patient), ("name", "Unmistakable Patientname"));

        var mail = await site.ReadMailAsync(receipt.Reference, Patient);

        Assert.Equal($"We have your request {receipt.Reference}", mail.Subject);
        foreach (var part in new[] { mail.TextBody!, Words(mail.HtmlBody!) })
        {
            Assert.Contains("We sent your appointment request to Cedar & Stride Madison", part, StringComparison.Ordinal);
            Assert.Contains(Due, part, StringComparison.Ordinal);
            Assert.Contains("(608) 555-0142", part, StringComparison.Ordinal);
            Assert.DoesNotContain("Unmistakable", part, StringComparison.Ordinal);
            Assert.DoesNotContain("Patientname", part, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PatientMail_Link_OpensTheirRequest()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", Patient));
        var mail = await site.ReadMailAsync(receipt.Reference, Patient);

        var links = new[] { Link(mail.TextBody!), HtmlLink(mail.HtmlBody!) };

        foreach (var link in links)
        {
            Assert.Equal($"https://www.physiosite.example{receipt.StatusPath}", link.AbsoluteUri);
            using var other = site.Open();
            Assert.Contains($"Your request {receipt.Reference}", (await other.GetAsync(link.PathAndQuery)).Main, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ClinicMail_Link_OpensTheRequestOnTheStaffDesk()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", Patient));
        var mail = await site.ReadMailAsync(receipt.Reference, Inbox);
        using var staff = await site.SignInAsync("mail-link@cedarandstride.example", StaffRoles.Staff, "madison");

        Assert.Equal($"https://www.physiosite.example/staff/requests/{receipt.Reference}", Link(mail.TextBody!).AbsoluteUri);
        Assert.Equal(Link(mail.TextBody!), HtmlLink(mail.HtmlBody!));
        Assert.DoesNotContain(receipt.StatusPath, mail.TextBody! + mail.HtmlBody!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync(Link(mail.TextBody!).PathAndQuery)).Status);
    }

    [Fact]
    public async Task ClinicMail_SetToMinimal_HoldsReferenceAndLinkOnly()
    {
        using var minimal = new Site();
        minimal.Settings["Appointments:MinimalClinicMail"] = "true";
        using var browser = minimal.Open();
        var receipt = await browser.AskAsync(("email", Patient));

        var mail = await minimal.ReadMailAsync(receipt.Reference, Inbox);

        Assert.Equal($"Request {receipt.Reference} for Madison", mail.Subject);
        Assert.Equal($"https://www.physiosite.example/staff/requests/{receipt.Reference}", Link(mail.TextBody!).AbsoluteUri);
        Assert.All([mail.TextBody!, mail.HtmlBody!], text =>
        {
            Assert.Contains(receipt.Reference, text, StringComparison.Ordinal);
            Assert.DoesNotContain("Ada", text, StringComparison.Ordinal);
            Assert.DoesNotContain("555-0142", text, StringComparison.Ordinal);
            Assert.DoesNotContain("patients.example", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Any time", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Tuesday", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Request_WithoutEmail_MailsTheClinicAlone()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", ""));

        Assert.Equal(Inbox, Assert.Single(await site.ReadMailsAsync(receipt.Reference)).To.ToString());
        Assert.Single(await site.MailsAsync(receipt.Reference));
    }

    private static Uri Link(string text) => new(Assert.Single(Address().Matches(text)).Value);

    private static Uri HtmlLink(string html) =>
        new(Assert.Single(new HtmlParser().ParseDocument(html).QuerySelectorAll("a")).GetAttribute("href")!);

    private static string Words(string html) => Answer.Words(new HtmlParser().ParseDocument(html).Body!);

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Address();
}
