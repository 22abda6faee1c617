using Microsoft.EntityFrameworkCore;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Email.Transports;

/// <summary>A site that signs in to its own test mail server and sends through it.</summary>
public class SmtpSite : Site
{
    public const string User = "physiosite";
    public const string Password = "sesame, open";

    public SmtpSite()
    {
        foreach (var (key, value) in MailServer.Settings)
        {
            Settings[key] = value;
        }

        Settings["Email:Smtp:User"] = User;
        Settings["Email:Smtp:Password"] = Password;
        Settings["RateLimits:FormsPerTenMinutes"] = "100000";
        Settings["RateLimits:SignInsPerTenMinutes"] = "100000";
    }

    public SmtpServer MailServer { get; } = new() { Account = new(User, Password) };

    public DeliveryPause? Pause => Services.GetRequiredService<OutboxWorker>().Pause;

    /// <summary>Resets the state of earlier tests: the server has no faults, delivery is not paused, and no email waits.</summary>
    public async Task CalmAsync()
    {
        MailServer.Script = _ => null;
        MailServer.Certificate = TestCertificates.Trusted;
        MailServer.Account = new(User, Password);
        await Eventually.TrueAsync(
            async () =>
            {
                this.Advance(TimeSpan.FromHours(2));
                return !await WithDatabaseAsync(db => db.Set<OutboxEmail>().AnyAsync(mail => mail.State == OutboxState.Waiting));
            },
            "an outbox without waiting mails");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            // Disposal does not need to wait until the last connection is closed.
            _ = MailServer.DisposeAsync().AsTask();
        }
    }
}
