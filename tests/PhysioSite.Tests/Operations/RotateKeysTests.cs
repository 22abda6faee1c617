using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Operations;

/// <summary>New keys for everything that is stored.</summary>
public sealed class RotateKeysTests
{
    [Fact]
    public Task Rotation_OfAStoppedSite_LeavesNothingOfTheEarlierKeys() => RotateAsync(DatabaseProvider.Sqlite);

    [PostgreSqlFact]
    public Task Rotation_InPostgreSql_LeavesNothingOfTheEarlierKeys() => RotateAsync(DatabaseProvider.PostgreSql);

    [Fact]
    public async Task Rotation_WhileTheSiteRuns_IsRefused()
    {
        using var site = new Site { Provider = DatabaseProvider.Sqlite };
        using var browser = site.Open();
        await browser.AskAsync();

        var refused = await Assert.ThrowsAsync<StartupException>(() => site.Services.RunCommandAsync("rotate-keys"));

        Assert.Contains("Stop that process", refused.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Rotation_WhileAnInstanceRuns_IsRefused()
    {
        using var site = new Site { Provider = DatabaseProvider.PostgreSql };
        using var browser = site.Open();
        await browser.AskAsync();
        var before = await StoredAsync(site);

        using var command = RealSite.Run(SettingsOf(site), arguments: ["rotate-keys"]);

        Assert.Equal(1, await command.ExitAsync());
        Assert.Contains("Stop every instance", command.Output, StringComparison.Ordinal);
        Assert.Equal(before, await StoredAsync(site));
    }

    [Fact]
    public Task Rotation_ThatFailsHalfway_LeavesEverythingReadableAndIsContinued() =>
        ContinueAsync(DatabaseProvider.Sqlite, async (site, settings) =>
        {
            await using var full = await site.RefuseUpdatesAsync("RequestEvents");
            site.Stop();
            using var command = RealSite.Run(settings, arguments: ["rotate-keys"]);
            Assert.Equal(1, await command.ExitAsync());
            Assert.Contains("rotate-keys --continue", command.Output, StringComparison.Ordinal);
        });

    [PostgreSqlFact]
    public Task Rotation_KilledHalfway_LeavesEverythingReadableAndIsContinued() =>
        ContinueAsync(DatabaseProvider.PostgreSql, async (site, settings) =>
        {
            site.Stop();
            NpgsqlConnection.ClearAllPools();
            await using var other = await site.ConnectAsync();
            await using var locked = await other.BeginTransactionAsync();
            await using var lockAll = other.CreateCommand();
            lockAll.CommandText = """SELECT "Id" FROM "RequestEvents" FOR UPDATE""";
            await lockAll.ExecuteScalarAsync();
            await using var watching = await site.ConnectAsync();
            await using var waiting = watching.CreateCommand();
            waiting.CommandText = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

            using var rotation = RealSite.Run(settings, arguments: ["rotate-keys"]);
            await Eventually.TrueAsync(
                async () => rotation.HasExited || (long)(await waiting.ExecuteScalarAsync())! > 0, "the rotation waits for a row");
            Assert.False(rotation.HasExited, rotation.Output);
        });

    /// <param name="interrupt">Stops the site, starts a rotation, and ends it before it encrypts the notes in the history.</param>
    private static async Task ContinueAsync(DatabaseProvider provider, Func<Site, Dictionary<string, string>, Task> interrupt)
    {
        using var first = new StaffSite { Provider = provider };
        var receipt = await first.AskAsync(("name", "Wilhelmina Rotated"), ("email", "wilhelmina@example.com"));
        using (var staff = await first.MadisonAsync(first.NewEmail()))
        {
            await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Note", ("Note", "Called twice"));
        }

        var before = KeysOf(await StoredAsync(first));
        var settings = SettingsOf(first);
        await interrupt(first, settings);

        using (var half = Open(provider, settings))
        {
            var stored = await StoredAsync(half);
            Assert.Equal(2, KeysOf(stored).Count);
            Assert.All(
                stored.Where(text => ColumnEncryption.KeyOf(text) is not null),
                text => Assert.NotNull(half.Services.GetRequiredService<ColumnEncryption>().Reencrypt(text)));
            using var patient = half.Open();
            Assert.Contains(receipt.Reference, (await patient.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
            half.Stop();
        }

        NpgsqlConnection.ClearAllPools();
        using (var command = RealSite.Run(settings, arguments: ["rotate-keys", "--continue"]))
        {
            Assert.True(await command.ExitAsync() == 0, command.Output);
        }

        using var second = Open(provider, settings);
        Assert.DoesNotContain(Assert.Single(KeysOf(await StoredAsync(second))), before);
        Assert.Equal(
            ("Wilhelmina Rotated", true),
            await second.WithDatabaseAsync(async db =>
            {
                var request = await db.Set<AppointmentRequest>().Include(request => request.History).SingleAsync();
                return (request.Details.Value!.Name, request.History.Any(happened => happened.Note?.Value == "Called twice"));
            }));
    }

    private static Site Open(DatabaseProvider provider, Dictionary<string, string> settings)
    {
        var site = new Site { Provider = provider };
        foreach (var (key, value) in settings)
        {
            site.Settings[key] = value;
        }

        return site;
    }

    private static HashSet<Guid> KeysOf(List<string> stored) => [.. stored.Select(ColumnEncryption.KeyOf).OfType<Guid>()];

    private static async Task RotateAsync(DatabaseProvider provider)
    {
        using var first = new Site { Provider = provider };
        Receipt receipt;
        using (var browser = first.Open())
        {
            receipt = await browser.AskAsync(("name", "Wilhelmina Rotated"), ("email", "wilhelmina@example.com"));
        }

        var before = await StoredAsync(first);
        var settings = SettingsOf(first);
        first.Stop();
        if (provider == DatabaseProvider.PostgreSql)
        {
            // The pool of this process outlives the site.
            NpgsqlConnection.ClearAllPools();
        }

        using (var command = RealSite.Run(settings, arguments: ["rotate-keys"]))
        {
            Assert.True(await command.ExitAsync() == 0, command.Output);

            // The secret of the index is replaced.
            var values = before.Count(text => ColumnEncryption.KeyOf(text) is not null) - 1;
            Assert.Contains($"\n{values} value(s) were encrypted again", command.Output, StringComparison.Ordinal);
        }

        // Nothing is left to do, and no other key is made.
        using (var command = RealSite.Run(settings, arguments: ["rotate-keys", "--continue"]))
        {
            Assert.True(await command.ExitAsync() == 0, command.Output);
            Assert.Contains("0 value(s) were encrypted again", command.Output, StringComparison.Ordinal);
        }

        using var second = Open(provider, settings);
        var after = await StoredAsync(second);
        Assert.Equal(before.Count, after.Count);
        Assert.Empty(before.Intersect(after));
        var used = Assert.Single(after.Select(ColumnEncryption.KeyOf).OfType<Guid>().Distinct());
        Assert.DoesNotContain(used, before.Select(ColumnEncryption.KeyOf).OfType<Guid>());
        var request = await second.WithDatabaseAsync(
            db => db.Set<AppointmentRequest>().SingleAsync(request => request.Reference == receipt.Reference));
        Assert.Equal("Wilhelmina Rotated", request.Details.Value!.Name);
        Assert.NotNull(request.SearchId);
        using var patient = second.Open();
        Assert.Contains(receipt.Reference, (await patient.GetAsync(receipt.StatusPath)).Main, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> SettingsOf(Site site) => site.Provider == DatabaseProvider.Sqlite
        ? new() { ["Data:Folder"] = site.DataPath }
        : new()
        {
            ["Data:Folder"] = site.DataPath,
            ["Database:Provider"] = "PostgreSql",
            ["Database:ConnectionString"] = site.ConnectionString,
            ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        };

    /// <summary>Every encrypted text, and the terms of the index.</summary>
    private static Task<List<string>> StoredAsync(Site site) => site.WithDatabaseAsync(async db =>
    {
        var texts = new List<string>();
        foreach (var column in EncryptedColumn.All(db.Model))
        {
            var sql = $"""SELECT "{column.Column}" AS "Value" FROM "{column.Table}" WHERE "{column.Column}" IS NOT NULL""";
            texts.AddRange(await db.Database.SqlQueryRaw<string>(sql).ToListAsync());
        }

        texts.AddRange((await db.Set<SearchTerm>().Select(term => term.Term).ToListAsync()).Select(term => $"{term}"));
        return texts;
    });
}
