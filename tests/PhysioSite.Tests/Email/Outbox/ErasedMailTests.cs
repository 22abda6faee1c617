using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Email.Outbox;

/// <summary>The files of emails whose request is erased while they are being processed.</summary>
public sealed class ErasedMailTests
{
    [Fact]
    public async Task Request_ErasedWhileItsEmailIsBeingWritten_LeavesNoFile()
    {
        var slow = new SlowTransport();
        using var site = new StaffSite
        {
            Replace = services => services.Replace(ServiceDescriptor.Singleton<IEmailTransport>(provider =>
            {
                slow.Inner = provider.GetRequiredService<PickupFolderTransport>();
                return slow;
            })),
        };
        var receipt = await site.AskAsync();
        await slow.Begun.Task;

        await EraseAsync(site, receipt.Reference);
        slow.GoOn.SetResult();

        await Eventually.TrueAsync(
            () => Task.FromResult(site.Logs.Lines.Any(line => line.Contains("is no longer to be sent", StringComparison.Ordinal))),
            "the worker knows that it is gone");
        Assert.Equal(1, slow.Written);
        Assert.Empty(Directory.GetFiles(site.MailPath));
    }

    [Fact]
    public async Task Request_ErasedAfterAnAttemptWasInterrupted_LeavesNoDraft()
    {
        using var site = new StaffSite();
        var receipt = await site.AskAsync();
        await site.SentMailsAsync(receipt.Reference);
        var file = Assert.Single(site.MailFiles(receipt.Reference));
        File.Copy(file, Path.Combine(site.MailPath, $".{Path.GetFileNameWithoutExtension(file)}.draft"));

        await EraseAsync(site, receipt.Reference);

        Assert.Empty(Directory.GetFiles(site.MailPath));
    }

    [Fact]
    public async Task Files_OfEmailsThatAreNoLongerStored_AreDeletedByRetentionAndNoOthers()
    {
        using var site = new StaffSite();
        var receipt = await site.AskAsync();
        await site.SentMailsAsync(receipt.Reference);
        var file = Path.GetFileName(Assert.Single(site.MailFiles(receipt.Reference)));
        string[] kept = [file, "20261117-150000-TEST-0a1b2c3d.eml", "notes.txt"];
        string[] orphans =
        [
            $"{file[..^12]}0a1b2c3d.eml",
            $".{file[..^12]}0a1b2c3d.draft",
            "20261117-150000-digest-2026-11-17-0a1b2c3d.eml",
        ];
        foreach (var name in orphans.Concat(kept.Skip(1)))
        {
            await File.WriteAllTextAsync(Path.Combine(site.MailPath, name), "Subject: left over");
        }

        await site.RunJobsAtAsync(site.Clock.GetUtcNow().AddMinutes(6));

        // The clinics' morning digests of this run are written at the same time.
        var left = Directory.GetFiles(site.MailPath).Select(Path.GetFileName).OfType<string>().ToList();
        Assert.All(kept, name => Assert.Contains(name, left));
        Assert.All(orphans, name => Assert.DoesNotContain(name, left));
    }

    private static async Task EraseAsync(StaffSite site, string reference)
    {
        var administrator = await site.Administrator;
        await administrator.SubmitAsync(
            await administrator.OpenRequestAsync(reference),
            "form[action$='handler=Erase']",
            new Dictionary<string, string?> { ["Sure"] = "true" });
        Assert.False(await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().AnyAsync(mail => mail.Reference == reference)));
    }

    /// <summary>Writes files like the real transport, but only after the test allows it.</summary>
    private sealed class SlowTransport : IEmailTransport
    {
        public PickupFolderTransport Inner { get; set; } = null!;

        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource GoOn { get; } = new();

        public int Written { get; private set; }

        public string Description => Inner.Description;

        public async Task<Delivery> SendAsync(OutboxEmail mail, CancellationToken cancellationToken)
        {
            Begun.TrySetResult();
            await GoOn.Task;
            var delivery = await Inner.SendAsync(mail, cancellationToken);
            Written += delivery.Outcome == DeliveryOutcome.Sent ? 1 : 0;
            return delivery;
        }

        public Task<Delivery> ProbeAsync(CancellationToken cancellationToken) => Inner.ProbeAsync(cancellationToken);
    }
}
