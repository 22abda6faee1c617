using PhysioSite.Data;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Email.Transports;

/// <summary>Writes each email as an <c>.eml</c> file, so that the site can be used in development without a mail server.</summary>
internal sealed class PickupFolderTransport(DataFolder folder, EmailMessageComposer composer) : IEmailTransport
{
    public string Description => $"files in {folder.Mail}";

    public async Task<Delivery> SendAsync(OutboxEmail email, CancellationToken cancellationToken)
    {
        if (composer.TryCompose(email, out var fault) is not { } message)
        {
            return fault!;
        }

        // The name is derived from the email, so that an email that is sent twice, after a crash or on request, results in one file.
        var name = $"{email.CreatedUtc:yyyyMMdd-HHmmss}-{email.Reference}-{email.Id.ToString("N")[^8..]}";
        var draft = Path.Combine(folder.Mail, $".{name}.draft");
        try
        {
            PrivateFile.CreateFolder(folder.Mail);
            PrivateFile.Create(draft);
            await using (var file = new FileStream(draft, FileMode.Open, FileAccess.Write))
            {
                await message.WriteToAsync(EmailMessageComposer.Format, file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            // The file is published with a rename, so that a reader of the folder never sees a partial email.
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
                PrivateFile.Create(file);
                File.Delete(file);
            }

            return Task.FromResult(Delivery.Sent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(CannotBeWritten(e));
        }
    }

    private static Delivery CannotBeWritten(Exception e) =>
        new(DeliveryOutcome.TryLater, $"The pickup folder cannot be written ({e.GetType().Name}).");
}
