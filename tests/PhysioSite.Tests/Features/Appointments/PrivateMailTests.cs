using System.Text.Json;
using MimeKit;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>
/// An email contains what its reader needs to act and no health information. The database alone reveals no personal data.
/// </summary>
public sealed class PrivateMailTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mails_OfARequest_SayNeitherAreaNorNoteNorAccessNorZip()
    {
        var (toClinic, toPatient, _) = await AskAsync();

        // Verifies that the emails are decoded as a recipient sees them.
        Assert.Contains("Quokka Cañaryname", toClinic.TextBody, StringComparison.Ordinal);
        Assert.Contains("(510) 555-0177", toClinic.TextBody, StringComparison.Ordinal);
        Assert.All([toClinic, toPatient], mail => Assert.Empty(Canaries.SecretsIn(Everything(mail))));
    }

    [Fact]
    public async Task Mails_Subjects_NameNobody()
    {
        var (toClinic, toPatient, receipt) = await AskAsync();

        Assert.Equal($"Request {receipt.Reference} for Oakland: answer by Tuesday, November 17, 3 pm (Pacific Time)", toClinic.Subject);
        Assert.Equal($"We have your request {receipt.Reference}", toPatient.Subject);
    }

    [Fact]
    public async Task Mail_ToThePatient_HasNoneOfTheirAnswersButTheAddress()
    {
        var (_, toPatient, receipt) = await AskAsync();

        Assert.Empty(Canaries.NamedIn(Everything(toPatient).Replace("quokka.mail@canary.example", "", StringComparison.Ordinal)));
        Assert.Contains(receipt.StatusPath, toPatient.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_ToTheClinic_HasNoPrivateLink()
    {
        var (toClinic, _, receipt) = await AskAsync();

        Assert.Contains($"/staff/requests/{receipt.Reference}", toClinic.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain(receipt.StatusPath, toClinic.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_ToAClinicThatWantsNoNames_HasNoneOfTheAnswers()
    {
        _site.Settings["Appointments:MinimalClinicMail"] = "true";

        var (toClinic, _, receipt) = await AskAsync();

        Assert.Empty(Canaries.NamedIn(Everything(toClinic)));
        Assert.Equal($"Request {receipt.Reference} for Oakland", toClinic.Subject);
        Assert.Contains($"/staff/requests/{receipt.Reference}", toClinic.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_AsStored_HoldsNoAnswerInClear()
    {
        var (_, _, receipt) = await AskAsync();

        var stored = await _site.StoredBytesAsync();

        Assert.Contains(receipt.Reference, stored, StringComparison.Ordinal);
        Assert.Empty(Canaries.NamedIn(stored));
    }

    [Fact]
    public async Task Database_Opened_HoldsTheAnswersButNoZip()
    {
        var (_, _, receipt) = await AskAsync();

        var details = JsonSerializer.Serialize((await _site.RequestAsync(receipt.Reference)).Details.Value);
        var mails = JsonSerializer.Serialize((await _site.MailsAsync(receipt.Reference)).Select(mail => mail.Content.Value));

        Assert.Contains("Platypusnote", details, StringComparison.Ordinal);
        Assert.Contains("neck-shoulder", details, StringComparison.Ordinal);
        Assert.DoesNotContain(Canaries.Zip, details, StringComparison.Ordinal);
        Assert.Empty(Canaries.SecretsIn(mails));
    }

    private async Task<(MimeMessage ToClinic, MimeMessage ToPatient, Receipt Receipt)> AskAsync()
    {
        using var browser = _site.Open();
        var receipt = await browser.AskAsync([.. Canaries.Answers().Select(pair => (pair.Key, pair.Value))]);
        var mails = await Eventually.GetAsync(
            async () =>
            {
                var files = Directory.GetFiles(_site.MailPath, "*.eml");
                return files.Length < 2 ? null : await Task.WhenAll(files.Select(file => MimeMessage.LoadAsync(file)));
            },
            "both mails are sent");
        return (
            mails.Single(mail => mail.To.ToString() == "oakland@cedarandstride.example"),
            mails.Single(mail => mail.To.ToString() == "quokka.mail@canary.example"),
            receipt);
    }

    /// <summary>The raw message, and each body part as the recipient sees it.</summary>
    private static string Everything(MimeMessage mail) => mail.ToString() + mail.TextBody + mail.HtmlBody;
}
