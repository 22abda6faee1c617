using System.Net.Mail;
using Microsoft.Extensions.Options;
using PhysioSite.Data;

namespace PhysioSite.Email;

/// <summary>Writes each mail as an <c>.eml</c> file, so that everything works on a laptop without a mail server.</summary>
internal sealed class FolderTransport(DataFolder folder, IOptions<EmailOptions> options) : IEmailTransport
{
    public string Description => $"files in {folder.Mail}";

    public async Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancellationToken)
    {
        // Named after the mail, so that one sent twice, for a crash in between or on purpose, is one file.
        var name = $"{mail.CreatedUtc:yyyyMMdd-HHmmss}-{mail.About}-{mail.Id.ToString("N")[^8..]}";
        var draft = Path.Combine(folder.Mail, $".{name}");
        try
        {
            Directory.CreateDirectory(draft);
            using var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = draft };
            using var message = MimeMail.Create(mail, new MailAddress(options.Value.From));
            await client.SendMailAsync(message, cancellationToken);

            // The mail appears by a rename, so a reader of the folder never sees half of one.
            var written = new DirectoryInfo(draft).EnumerateFiles().MaxBy(file => file.LastWriteTimeUtc)!.FullName;
            await using (var file = new FileStream(written, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Flush(flushToDisk: true);
            }

            File.Move(written, Path.Combine(folder.Mail, $"{name}.eml"), overwrite: true);
            return Delivery.Sent;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Delivery(DeliveryOutcome.TryLater, $"The mail folder cannot be written ({e.GetType().Name}).");
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }
}
