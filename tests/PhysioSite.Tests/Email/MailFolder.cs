using MimeKit;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email;

/// <summary>The emails of a site without a mail server.</summary>
internal static class MailFolder
{
    public static async Task<MimeMessage> ReadMailAsync(this Site site, string reference, string to) =>
        (await site.ReadMailsAsync(reference)).Single(mail => mail.To.ToString() == to);

    /// <summary>Reads the emails after every email about the request has been sent.</summary>
    public static async Task<IReadOnlyList<MimeMessage>> ReadMailsAsync(this Site site, string reference) =>
        [.. (await site.ReadMailBytesAsync(reference)).Select(bytes => MimeMessage.Load(new MemoryStream(bytes)))];

    /// <summary>The unparsed bytes of the files in the folder.</summary>
    public static async Task<IReadOnlyList<byte[]>> ReadMailBytesAsync(this Site site, string reference)
    {
        await site.SentMailsAsync(reference);
        return [.. site.MailFiles(reference).Select(File.ReadAllBytes)];
    }

    public static string[] MailFiles(this Site site, string reference) => Directory.GetFiles(site.MailPath, $"*{reference}*");

    /// <summary>The header names of the message and of its body. Content-Type is a header of the body.</summary>
    public static IEnumerable<string> HeaderNames(this MimeMessage mail) =>
        mail.Headers.Concat(mail.Body!.Headers).Select(header => header.Field);
}
