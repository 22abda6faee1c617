using System.Net;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>Two instances of the site with one database, which they migrated together.</summary>
[Collection(nameof(TwoSites))]
public sealed class InstancesTests(TwoSites sites)
{
    [PostgreSqlFact]
    public async Task EmptyDatabase_OfInstancesThatStartAtTheSameTime_IsMigratedOnceAndHasOneKey()
    {
        Assert.Equal(sites.First.Services.GetRequiredService<IKeyManager>().GetAllKeys().Select(key => key.KeyId),
            sites.Second.Services.GetRequiredService<IKeyManager>().GetAllKeys().Select(key => key.KeyId));
        var key = await sites.First.WithDatabaseAsync(db => db.Database
            .SqlQuery<string>($"SELECT \"Xml\" AS \"Value\" FROM \"DataProtectionKeys\"").SingleAsync());
        Assert.Contains("EncryptedData", key, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", key, StringComparison.Ordinal);
        foreach (var site in new[] { sites.First, sites.Second })
        {
            AssertHasNoErrors(site);
        }
    }

    [PostgreSqlFact]
    public async Task EmptyDatabase_OfThreeProcessesThatStartAtTheSameTime_IsMigratedOnceAndServedByAll()
    {
        var database = PostgreSqlServer.Create();
        var folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        var instances = Enumerable.Range(1, 3).Select(number => RealSite.StartAsync(new Dictionary<string, string>
        {
            ["Data:Folder"] = Path.Combine(folder, $"data{number}"),
            ["Database:Provider"] = "PostgreSql",
            ["Database:ConnectionString"] = database,
            ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        })).ToList();
        try
        {
            await Task.WhenAll(instances);

            var first = await instances[0];
            using var patient = first.Open();
            var receipt = await patient.AskAsync();
            foreach (var instance in instances.Select(started => started.Result))
            {
                using var browser = instance.Open();
                Assert.Contains(receipt.Reference, (await browser.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
                Assert.DoesNotContain("\"LogLevel\":\"Error\"", instance.Output, StringComparison.Ordinal);
            }

            PostgreSqlServer.Administer(
                database,
                """
                DO $$ BEGIN ASSERT (SELECT COUNT(*) FROM "DataProtectionKeys") = 1; END $$
                """);
        }
        finally
        {
            foreach (var started in instances.Where(started => started.IsCompletedSuccessfully))
            {
                started.Result.Dispose();
            }

            PostgreSqlServer.Drop(database);
            Directory.Delete(folder, recursive: true);
        }
    }

    [PostgreSqlFact]
    public async Task Request_OfOneInstance_IsReadAndChangedByTheOther()
    {
        using var patient = sites.Second.Open();
        using var grace = await sites.Second.MadisonAsync(sites.Second.NewEmail("grace"));

        var receipt = await sites.First.AskAsync();

        Assert.Contains(receipt.Reference, (await patient.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
        Assert.Contains("Ada Example", (await grace.OpenRequestAsync(receipt.Reference)).Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await grace.PressOnAsync(receipt, "Claim")).Status);
        Assert.Equal(1, (await sites.First.FindAsync(receipt.Reference)).Version);
    }

    [PostgreSqlFact]
    public async Task Emails_OfBothInstances_AreSentOnceEach()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 24).Select(i =>
            Task.Run(() => (i % 2 == 0 ? sites.First : sites.Second).AskAsync(("email", "ada@example.com")))));

        var references = receipts.Select(receipt => receipt.Reference).ToHashSet();
        await Eventually.TrueAsync(
            async () => await sites.First.WithDatabaseAsync(db => db.Set<OutboxEmail>()
                .CountAsync(email => references.Contains(email.Reference) && email.State == OutboxState.Sent)) == 48,
            "all emails are sent");
        var files = new[] { sites.First, sites.Second }.SelectMany(site => Directory.EnumerateFiles(site.MailPath))
            .Select(file => Path.GetFileName(file)!)
            .Where(file => references.Any(reference => file.Contains(reference, StringComparison.Ordinal)))
            .ToList();
        Assert.Equal(48, files.Count);
        Assert.Equal(48, files.Distinct().Count());
        Assert.All(
            await sites.First.WithDatabaseAsync(db =>
                db.Set<OutboxEmail>().Where(email => references.Contains(email.Reference)).Select(email => email.Attempts).ToListAsync()),
            attempts => Assert.Equal(1, attempts));
    }

    [PostgreSqlFact]
    public async Task Lease_OfRowsThatAnotherInstanceHasLocked_LeavesThemOut()
    {
        var receipts = new[] { await sites.First.AskAsync(), await sites.First.AskAsync() };
        var ids = await sites.First.WithDatabaseAsync(db => db.Set<OutboxEmail>()
            .Where(email => email.Reference == receipts[0].Reference || email.Reference == receipts[1].Reference)
            .OrderBy(email => email.Id).Select(email => email.Id).ToArrayAsync());
        await using var locking = await sites.LockAsync("Outbox", ids[0]);

        var free = await sites.Second.WithDatabaseAsync(db =>
            db.SkipLocked(db.Set<OutboxEmail>(), ids).OrderBy(email => email.Id).Select(email => email.Id).ToArrayAsync());

        Assert.Equal(ids[1..], free);
    }

    [PostgreSqlFact]
    public async Task Jobs_OfBothInstancesAtTheSameTime_SendEachDigestOnce()
    {
        await sites.First.AskAsync();
        sites.AdvanceADay();

        await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? sites.First : sites.Second).RunJobsAsync())));

        var digests = await sites.First.WithDatabaseAsync(db => db.Set<OutboxEmail>().AsNoTracking()
            .Where(email => email.Reference.StartsWith("digest") || email.Reference.StartsWith("unanswered")).ToListAsync());
        Assert.NotEmpty(digests);
        Assert.Equal(digests.Count, digests.Select(email => (email.Reference, email.Content.Value!.To)).Distinct().Count());
        foreach (var site in new[] { sites.First, sites.Second })
        {
            AssertHasNoErrors(site);
        }
    }

    [PostgreSqlFact]
    public async Task Jobs_WhileAnotherInstanceRunsThem_AreLeftToIt()
    {
        // At the start, one of them notes from which morning on digests are sent, and holds the lock meanwhile.
        await Eventually.TrueAsync(async () => await CountDigestsAsync() > 0, "the first morning is noted");
        int before;
        await using (await sites.First.Services.GetRequiredService<IInstanceLock>().EnterAsync("Jobs", CancellationToken.None))
        {
            // The scheduled run of both is due now too.
            sites.AdvanceADay();
            before = await CountDigestsAsync();
            await sites.Second.RunJobsAsync();
            Assert.Equal(before, await CountDigestsAsync());
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await sites.Second.RunJobsAsync();
                return await CountDigestsAsync() > before;
            },
            "the jobs run");
    }

    [PostgreSqlFact]
    public async Task Start_WithAnotherCertificate_SaysThatTheKeysCannotBeReadAndCreatesNone()
    {
        await sites.First.AskAsync();
        var folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
        try
        {
            Dictionary<string, string?> settings = new()
            {
                ["Data:Folder"] = folder,
                ["Database:Provider"] = "PostgreSql",
                ["Database:ConnectionString"] = sites.First.ConnectionString,
                ["Data:KeyCertificate"] = TestCertificates.OtherKeyFile,
            };

            var refusal = await Assert.ThrowsAsync<StartupException>(() => StorageServices.StartAsync(settings));

            Assert.Contains("cannot be decrypted with the certificates of the settings", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Set Data:KeyCertificate", refusal.Message, StringComparison.Ordinal);
            Assert.Single(sites.First.Services.GetRequiredService<IKeyManager>().GetAllKeys());

            settings["Data:EarlierKeyCertificates:0"] = TestCertificates.KeyFile;
            await StorageServices.StartAsync(settings);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The mornings of clinics that are done.</summary>
    private Task<int> CountDigestsAsync() => sites.First.WithDatabaseAsync(db => db.Set<ClinicDigest>().CountAsync());

    private static void AssertHasNoErrors(Site site)
    {
        var errors = string.Join('\n', site.Logs.Lines.Where(line => line.StartsWith("Error PhysioSite", StringComparison.Ordinal)));
        Assert.True(errors.Length == 0, errors);
    }
}
