using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Email.Transports;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Email;

/// <summary>User input arrives in an email unchanged and stays in its own part of the email.</summary>
public sealed class MailFormTests(Site site) : IClassFixture<Site>
{
    private const string Inbox = "madison@cedarandstride.example";

    private static readonly string[] Headers =
        ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"];

    [Theory]
    [InlineData("Łukasz Żółć-Ångström")]
    [InlineData("王小明")]
    [InlineData("محمد بن أحمد")]
    [InlineData("नेहा शर्मा")]
    [InlineData("Zoë O’Neil 🦶🏽")]
    [InlineData("A=B =3D?=utf-8?Q?x?= .")]
    public async Task Name_InAnyScript_ArrivesIntactInBothParts(string name)
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("name", name));

        var mail = Assert.Single(await site.ReadMailsAsync(receipt.Reference));

        Assert.Contains($"\nName: {name}\n", mail.TextBody!, StringComparison.Ordinal);
        Assert.Equal(name, NameInHtml(mail));
    }

    [Fact]
    public async Task Name_WithMarkup_IsTextInTheHtmlPart()
    {
        const string Name = "<img src=x onerror=alert(1)> & \"Ada\" </td>";
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("name", Name));

        var mail = Assert.Single(await site.ReadMailsAsync(receipt.Reference));

        Assert.Equal(Name, NameInHtml(mail));
        Assert.Empty(new HtmlParser().ParseDocument(mail.HtmlBody!).QuerySelectorAll("img, script"));
        Assert.Contains(Name, mail.TextBody!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClinicName_InAnyScriptAndLong_ArrivesIntactInSubjectAndBody()
    {
        const string Name = "Café Zürich 東京 שלום 🦶 for everyone who runs, walks, climbs, rows or wishes to do so again before long";
        var content = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        try
        {
            Copy(Repository.ContentPath, content);
            var file = Path.Combine(content, "clinics", "madison.md");
            var madison = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(
                file, madison.Replace("name: Madison\n", $"name: \"{Name}\"\n", StringComparison.Ordinal));
            using var other = new Site { Settings = { ["Content:Folder"] = content } };
            using var browser = other.Open();
            var receipt = await browser.AskAsync(("email", "someone@patients.example"));

            var clinic = await other.ReadMailAsync(receipt.Reference, Inbox);
            var patient = await other.ReadMailAsync(receipt.Reference, "someone@patients.example");

            Assert.Equal($"Request {receipt.Reference} for {Name}: answer by Tuesday, November 17, 5 pm (Central Time)", clinic.Subject);
            Assert.Contains($"\nClinic: {Name}\n", patient.TextBody, StringComparison.Ordinal);
            Assert.Contains(Name, new HtmlParser().ParseDocument(patient.HtmlBody!).Body!.TextContent, StringComparison.Ordinal);
            Assert.All(await other.ReadMailBytesAsync(receipt.Reference), AssertWellFormed);
        }
        finally
        {
            Directory.Delete(content, recursive: true);
        }
    }

    [Theory]
    [InlineData("Ada\r\nBcc: spy@evil.example")]
    [InlineData("Ada\nBcc: spy@evil.example\n\nText")]
    [InlineData("Ada\rBcc: spy@evil.example")]
    [InlineData("Ada%0d%0aBcc: spy@evil.example")]
    [InlineData("Ada\u2028Bcc: spy@evil.example")]
    [InlineData("Ada\u2029Bcc: spy@evil.example")]
    [InlineData("Ada\u0085Bcc: spy@evil.example")]
    [InlineData("Ada\u000b\u000cBcc: spy@evil.example")]
    [InlineData("Ada =?utf-8?Q?=0D=0ABcc:_spy@evil.example?=")]
    public async Task Name_WithHeaderInIt_LeavesTheHeadersAloneAndStaysOnItsLine(string name)
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("name", name), ("email", "someone@patients.example"));

        var mails = await site.ReadMailsAsync(receipt.Reference);

        Assert.Equal(2, mails.Count);
        Assert.All(await site.ReadMailBytesAsync(receipt.Reference), AssertWellFormed);
        Assert.All(mails, mail =>
        {
            Assert.Equal(
                Headers,
                mail.HeaderNames()
                    .Where(header => header != "Reply-To" && !header.StartsWith("X-", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal));
            Assert.DoesNotContain(
                mail.TextBody!.ReplaceLineEndings("\n").Split('\n'),
                line => line.StartsWith("Bcc", StringComparison.Ordinal));
        });
        Assert.Contains("evil.example", (await site.ReadMailAsync(receipt.Reference, Inbox)).TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@patients.example\r\nBcc: spy@evil.example")]
    [InlineData("ada@patients.example\nBcc:spy@evil.example")]
    [InlineData("ada@patients.example\u2028Bcc:spy@evil.example")]
    [InlineData("ada@patients.example, spy@evil.example")]
    [InlineData("ada@patients.example;spy@evil.example")]
    [InlineData("\"ada\r\n\" <spy@evil.example>")]
    [InlineData("ada@patients.example%0d%0aBcc:spy@evil.example")]
    public async Task Email_WithSecondAddressOrHeaderInIt_IsRefusedAndNothingIsMailed(string email)
    {
        using var browser = site.Open();
        var before = await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().CountAsync());

        var answer = await browser.SendAsync(("email", email));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("Error: Enter an email address like name@example.com", Answer.Words(answer.Page.QuerySelector("#email-error")!));
        Assert.Equal(before, await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().CountAsync()));
    }

    [Fact]
    public async Task Mail_WithLinesLongerThanMailAllows_IsWrappedAndReadsTheSame()
    {
        var texts = new[]
        {
            new string('a', 2000),
            string.Concat(Enumerable.Repeat("é東🦶 ", 300)),
            ".",
            "..dots",
            "From here",
            "trailing space ",
            "=3D equals=",
        };

        await AddAsync(site, "LONG", texts);
        var mail = Assert.Single(await site.ReadMailsAsync("LONG"));

        Assert.All(await site.ReadMailBytesAsync("LONG"), AssertWellFormed);
        Assert.StartsWith(string.Join("\n\n", texts), mail.TextBody!, StringComparison.Ordinal);
        var paragraphs = new HtmlParser().ParseDocument(mail.HtmlBody!).QuerySelectorAll("body > p").Take(texts.Length);
        Assert.Equal(texts, paragraphs.Select(paragraph => paragraph.TextContent));
    }

    [Fact]
    public async Task Mail_WithLinesOfDots_ReadsTheSameInAFileAndAfterSmtp()
    {
        var texts = new[] { ".", "..", ".hidden", "...", "Ends with a dot." };
        await using var smtp = new SmtpSite();

        await AddAsync(smtp, "DOTS", texts);
        var received = Assert.Single(await smtp.MailServer.ReceiveAsync("DOTS", 1)).Raw;
        await AddAsync(site, "DOTS", texts);
        var file = Assert.Single(await site.ReadMailBytesAsync("DOTS"));

        Assert.All([received, file], bytes =>
        {
            AssertWellFormed(bytes);
            Assert.StartsWith(string.Join("\n\n", texts), MimeMessage.Load(new MemoryStream(bytes)).TextBody!, StringComparison.Ordinal);
        });
    }

    private static async Task AddAsync(Site site, string about, string[] paragraphs)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var text = new EmailText($"About {about}", paragraphs, [], new EmailAction("Open", new Uri("https://www.physiosite.example/")), []);
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        db.Add(OutboxSteps.Email(about, Inbox, text, site.Clock.UtcNow));
        await db.SaveChangesAsync();
    }

    /// <summary>
    /// RFC 5322 (2.3), RFC 2045 (6.7) and RFC 2047 (2): lines end in CR LF, CR and LF do not occur alone, no line is longer than 76 bytes,
    /// and no encoded word is longer than 75.
    /// </summary>
    private static void AssertWellFormed(byte[] bytes)
    {
        var raw = Encoding.Latin1.GetString(bytes);
        Assert.EndsWith("\r\n", raw, StringComparison.Ordinal);
        var lines = raw.Split("\r\n");
        Assert.DoesNotContain(
            lines, line => line.Contains('\r', StringComparison.Ordinal) || line.Contains('\n', StringComparison.Ordinal));
        Assert.InRange(lines.Max(line => line.Length), 1, 76);
        var encoded = lines.SelectMany(line => line.Split(' ')).Where(word => word.StartsWith("=?", StringComparison.Ordinal));
        Assert.All(encoded, word => Assert.InRange(word.Length, 1, 75));
        Assert.All(raw, c => Assert.True(char.IsAscii(c)));
    }

    private static string NameInHtml(MimeMessage mail) =>
        new HtmlParser().ParseDocument(mail.HtmlBody!)
            .QuerySelectorAll("tr")
            .Single(row => row.QuerySelector("th")!.TextContent == "Name")
            .QuerySelector("td")!
            .TextContent;

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
