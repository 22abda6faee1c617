using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Tests.Data.PostgreSql;

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

        using var second = new Site { Provider = provider };
        foreach (var (key, value) in settings)
        {
            second.Settings[key] = value;
        }

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
