using PhysioSite.Data;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Email.Transports;

/// <summary>Writes each mail as an <c>.eml</c> file, so that everything works on a laptop without a mail server.</summary>
internal sealed class PickupFolderTransport(DataFolder folder, EmailMessageComposer composer) : IEmailTransport
{
    public string Description => $"files in {folder.Mail}";

    public async Task<Delivery> SendAsync(OutboxEmail mail, CancellationToken cancellationToken)
    {
        if (composer.TryCompose(mail, out var fault) is not { } message)
        {
            return fault!;
        }

        // Named after the mail, so that one sent twice, for a crash in between or on purpose, is one file.
        var name = $"{mail.CreatedUtc:yyyyMMdd-HHmmss}-{mail.About}-{mail.Id.ToString("N")[^8..]}";
        var draft = Path.Combine(folder.Mail, $".{name}.draft");
        try
        {
            Directory.CreateDirectory(folder.Mail);
            await using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                await message.WriteToAsync(EmailMessageComposer.Format, file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            // The mail appears by a rename, so a reader of the folder never sees half of one.
            File.Move(draft, Path.Combine(folder.Mail, $"{name}.eml"), overwrite: true);
            return Delivery.Sent;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotBeWritten(e);
        }
    }

    public Task<Delivery> ProbeAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder.Mail, $".{Guid.NewGuid():N}.probe");
        try
        {
            if (Directory.Exists(folder.Mail))
            {
                File.WriteAllBytes(file, []);
                File.Delete(file);
            }

            return Task.FromResult(Delivery.Sent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(CannotBeWritten(e));
        }
    }

    private static Delivery CannotBeWritten(Exception e) => new(DeliveryOutcome.TryLater, $"The mail folder cannot be written ({e.GetType().Name}).");
}
