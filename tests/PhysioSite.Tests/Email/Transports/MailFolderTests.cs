using MimeKit;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>The email files of a site without a mail server.</summary>
public sealed class MailFolderTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task Mails_Sent_AreNamedAfterTheirRequestAndNothingElseIsLeftInTheFolder()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(("email", "ada@patients.example"));
        var mails = await site.SentMailsAsync(receipt.Reference);

        Assert.Equal(mails.Select(FileName).Order(), site.MailFiles(receipt.Reference).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFileSystemEntries(site.MailPath), entry => Assert.EndsWith(".eml", entry, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_SentAgain_ReplacesItsFile()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await site.SentMailsAsync(receipt.Reference));
        var file = Assert.Single(site.MailFiles(receipt.Reference));
        var id = (await MimeMessage.LoadAsync(file)).MessageId;
        await File.WriteAllTextAsync(file, "");
        using var staff = await site.SignInAsync("folder@cedarandstride.example", StaffRoles.Staff, "madison");

        var form = $"form:has(input[value='{mail.Id.ToString().ToLowerInvariant()}'])";
        var question = await staff.SubmitAsync(await staff.GetAsync("/staff/delivery"), form, []);
        await staff.SubmitAsync(await staff.GetAsync(question.Location!), "form.panel", []);
        await Eventually.TrueAsync(() => Task.FromResult(new FileInfo(file).Length > 0), "the file is written again");

        Assert.Equal(file, Assert.Single(site.MailFiles(receipt.Reference)));
        Assert.Equal(id, (await MimeMessage.LoadAsync(file)).MessageId);
    }

    [Fact]
    public async Task Draft_OfAKilledProcess_IsNoMailAndIsReplaced()
    {
        using var killed = new Site();
        var worker = await killed.StopSendingAsync();
        using var browser = killed.Open();
        var receipt = await browser.AskAsync();
        var mail = Assert.Single(await killed.MailsAsync(receipt.Reference));
        var draft = $".{Path.GetFileNameWithoutExtension(FileName(mail))}.draft";
        await File.WriteAllTextAsync(Path.Combine(killed.MailPath, draft), "Message-ID: <ha");

        await worker.StartAsync(CancellationToken.None);

        var written = Assert.Single(await killed.ReadMailsAsync(receipt.Reference));
        Assert.Equal(mail.MessageId("cedarandstride.example"), $"<{written.MessageId}>");
        Assert.Equal([FileName(mail)], Directory.GetFileSystemEntries(killed.MailPath).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_KeepsTheMailUntilItCan()
    {
        using var full = new Site();
        var folder = full.Services.GetRequiredService<DataFolder>().Mail;
        Directory.Delete(folder);
        await File.WriteAllTextAsync(folder, "in the way");
        using var browser = full.Open();

        var receipt = await browser.AskAsync();
        var waiting = Assert.Single(await full.MailsWhenAsync(receipt.Reference, mail => mail.LastError is not null, "not written"));
        Assert.Equal((OutboxState.Waiting, 1), (waiting.State, waiting.Attempts));
        Assert.StartsWith("The pickup folder cannot be written", waiting.LastError, StringComparison.Ordinal);

        File.Delete(folder);
        full.Advance(TimeSpan.FromMinutes(2));
        Assert.Single(await full.ReadMailsAsync(receipt.Reference));
    }

    private static string FileName(OutboxEmail mail) =>
        $"{mail.CreatedUtc:yyyyMMdd-HHmmss}-{mail.Reference}-{mail.Id.ToString("N")[^8..]}.eml";
}
