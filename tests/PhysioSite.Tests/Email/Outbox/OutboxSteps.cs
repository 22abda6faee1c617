using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Localization;

namespace PhysioSite.Tests.Email.Outbox;

/// <summary>Reads the outbox, and wakes the worker after the clock has moved.</summary>
internal static class OutboxSteps
{
    /// <summary>The interval of the worker.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>Adds emails that can be sent at once, or from <paramref name="at"/>.</summary>
    public static async Task AddAsync(this Site site, int count, string about, string domain, DateTime? at = null)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        for (var i = 0; i < count; i++)
        {
            var text = new EmailText($"About {about}", ["Text"], [], null, []);
            db.Add(Email(about, $"patient{i}@{domain}", text, at ?? site.Clock.UtcNow));
        }

        await db.SaveChangesAsync();
    }

    public static Task<List<OutboxEmail>> MailsAsync(this Site site, string reference) =>
        site.WithDatabaseAsync(db => db.Set<OutboxEmail>()
            .AsNoTracking()
            .Where(mail => mail.Reference == reference)
            .OrderBy(mail => mail.Kind)
            .ToListAsync());

    /// <summary>Waits until every email about the request satisfies <paramref name="so"/>.</summary>
    public static Task<List<OutboxEmail>> MailsWhenAsync(this Site site, string reference, Func<OutboxEmail, bool> so, string what) =>
        Eventually.GetAsync(
            async () =>
            {
                var mails = await site.MailsAsync(reference);
                return mails.Count > 0 && mails.TrueForAll(mail => so(mail)) ? mails : null;
            },
            $"mails about {reference}: {what}");

    public static Task<List<OutboxEmail>> SentMailsAsync(this Site site, string reference) =>
        site.MailsWhenAsync(reference, mail => mail.State == OutboxState.Sent, "sent");

    /// <summary>
    /// Stops the worker after it has begun. The whole host stops when a service is stopped whose task has not begun, which happens on a
    /// busy machine right after the start.
    /// </summary>
    public static async Task<OutboxWorker> StopSendingAsync(this Site site)
    {
        var worker = site.Services.GetRequiredService<OutboxWorker>();
        await Eventually.TrueAsync(
            () => Task.FromResult(site.Logs.Lines.Any(line => line.Contains("FROM \"Outbox\"", StringComparison.Ordinal))),
            "the worker looks for emails");
        await worker.StopAsync(CancellationToken.None);
        return worker;
    }

    public static void Advance(this Site site, TimeSpan by)
    {
        site.Clock.Advance(by);
        site.Services.GetRequiredService<OutboxSignal>().Set();
    }

    /// <summary>Moves the clock on and looks for emails as often as the worker does, until some are leased.</summary>
    /// <returns>The emails. Empty when there were none within <paramref name="longest"/>.</returns>
    public static async Task<IReadOnlyList<OutboxEmail>> TakeWithinAsync(this OutboxLeases leases, TimeSpan longest, TestClock clock)
    {
        IReadOnlyList<OutboxEmail> taken = [];
        for (var passed = TimeSpan.Zero; taken.Count == 0 && passed < longest; passed += Poll)
        {
            clock.Advance(Poll);
            taken = await leases.TakeAsync([], CancellationToken.None);
        }

        return taken;
    }

    /// <summary>An email that is not about a request.</summary>
    public static OutboxEmail Email(string reference, string to, EmailText text, DateTime now) => new(
        EmailKind.Test, new EmailTopic(null, reference, "madison"), to, EmailRenderer.Render(new Written(text), Language.English), now);

    private sealed record Written(EmailText Text) : IEmailTemplate
    {
        public EmailText Write() => Text;
    }
}
