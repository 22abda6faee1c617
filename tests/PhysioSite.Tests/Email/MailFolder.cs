using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Email;

/// <summary>The mails of a site without a mail server.</summary>
internal static class MailFolder
{
    public static async Task<RawMail> ReadMailAsync(this Site site, string reference, string to) =>
        (await site.ReadMailsAsync(reference)).Single(mail => mail.Header("To") == to);

    /// <summary>Once every mail about the request has been sent.</summary>
    public static async Task<IReadOnlyList<RawMail>> ReadMailsAsync(this Site site, string reference)
    {
        await site.SentMailsAsync(reference);
        return [.. site.MailFiles(reference).Select(file => RawMail.Parse(File.ReadAllBytes(file)))];
    }

    public static string[] MailFiles(this Site site, string reference) => Directory.GetFiles(site.MailPath, $"*{reference}*");
}
