using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Operations;
using SQLitePCL;

namespace PhysioSite.Tests.Data.Encryption;

/// <summary>Keys that are deleted, damaged, changed or of another site: the site does not start without what its data needs.</summary>
public sealed class LostKeyTests(LostKeyTests.StoppedSite stopped) : IClassFixture<LostKeyTests.StoppedSite>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Keys => Path.Combine(Data, "keys");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("deleted", "cannot be read")]
    [InlineData("a folder", "cannot be read")]
    [InlineData("of another site", "cannot be read")]
    [InlineData("not xml", "is damaged")]
    [InlineData("another document", "is damaged")]
    [InlineData("truncated", "is damaged")]
    [InlineData("another id", "is not the file of this key")]
    [InlineData("changed secret", "is damaged, or is a key of another site")]
    public async Task Start_WithASpoiledKey_IsRefusedUntilItIsBack(string way, string problem)
    {
        var key = stopped.CopyTo(Data);
        var whole = await File.ReadAllTextAsync(key);
        await SpoilAsync(key, whole, way);
        var before = Directory.GetFiles(Keys);

        var refused = await Assert.ThrowsAsync<StartupException>(() => StorageServices.StartAsync(Data));

        Assert.StartsWith($"4 encrypted values cannot be read with the keys in {Keys}:", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{Path.GetFileName(key)} {problem}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("4 values", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Put back the copy", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"Data__LostKeys__0={IdOf(key)}", refused.Message, StringComparison.Ordinal);
        if (way != "changed secret")
        {
            // Otherwise the framework has replaced a key that it cannot use.
            Assert.Equal(before, Directory.GetFiles(Keys));
        }

        await StorageServices.StartAsync(Data, IdOf(key));
        if (way == "a folder")
        {
            Directory.Delete(key);
        }

        await File.WriteAllTextAsync(key, whole);
        await StorageServices.StartAsync(Data);
    }

    [Fact]
    public async Task Program_WithoutItsKeys_ExitsWithTheReasonAndMakesNone()
    {
        var key = stopped.CopyTo(Data);
        File.Move(key, Path.Combine(_folder, "moved.xml"));

        using var site = Run();
        Assert.Equal(1, await site.ExitAsync());
        Assert.Contains("PhysioSite cannot start.", site.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(key), site.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", site.Output, StringComparison.Ordinal);

        using var link = Run("admin-link");
        Assert.Equal(1, await link.ExitAsync());
        Assert.Contains($"the keys in {Keys} cannot be used", link.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Keys));
    }

    [Fact]
    public async Task Site_WhoseKeyIsAcceptedAsLost_ShowsTheRestAndEverythingOnceTheKeyIsBack()
    {
        var key = stopped.CopyTo(Data);
        var whole = await File.ReadAllTextAsync(key);
        File.Delete(key);

        using (var site = Open(IdOf(key)))
        {
            using var patient = site.Open();
            var second = (await patient.AskAsync(("name", "Grace Readable"))).Reference;
            using var staff = await site.SignInAsync("keys@cedarandstride.example", StaffRoles.Administrator);
            var queue = await staff.GetAsync("/staff");

            Assert.Contains(stopped.Reference, queue.Main, StringComparison.Ordinal);
            Assert.Contains("Cannot be read", queue.Main, StringComparison.Ordinal);
            Assert.Contains(second, queue.Main, StringComparison.Ordinal);
            Assert.Contains("Grace Readable", queue.Main, StringComparison.Ordinal);
            Assert.Equal("Degraded", await site.ReadinessAsync("encryption"));
            site.Stop();
        }

        // A part of the values can be read, so the counts say what is lost.
        var partial = await Assert.ThrowsAsync<StartupException>(() => StorageServices.StartAsync(Data));
        Assert.StartsWith("3 encrypted values", partial.Message, StringComparison.Ordinal);
        var later = Assert.Single(Directory.GetFiles(Keys));
        Assert.DoesNotContain(Path.GetFileName(later), partial.Message, StringComparison.Ordinal);
        File.Move(later, Path.Combine(_folder, "later.xml"));
        var all = await Assert.ThrowsAsync<StartupException>(() => StorageServices.StartAsync(Data));
        Assert.StartsWith("7 encrypted values", all.Message, StringComparison.Ordinal);
        File.Move(Path.Combine(_folder, "later.xml"), later);

        await File.WriteAllTextAsync(key, whole);
        using (var site = Open())
        {
            using var browser = site.Open();
            await browser.SignInAsync("keys@cedarandstride.example", StaffJourney.Password);
            Assert.Contains("Ada Example", (await browser.GetAsync("/staff")).Main, StringComparison.Ordinal);
            Assert.Equal("Healthy", await site.ReadinessAsync("encryption"));
        }
    }

    [Fact]
    public async Task Key_RevokedOrExpired_StillDecryptsWhatIsStored()
    {
        var revoked = stopped.CopyTo(Data);
        await File.WriteAllTextAsync(Path.Combine(Keys, "revocation-1.xml"), $"""
            <revocation version="1">
              <revocationDate>{DateTimeOffset.UtcNow:O}</revocationDate><key id="{IdOf(revoked)}" /><reason>Leaked</reason>
            </revocation>
            """);
        await StorageServices.StartAsync(Data);
        Assert.Equal(2, Directory.GetFiles(Keys, "key-*.xml").Length);

        var other = Path.Combine(_folder, "other");
        var expired = stopped.CopyTo(other);
        var text = await File.ReadAllTextAsync(expired);
        foreach (var (name, days) in new[] { ("creationDate", 100), ("activationDate", 100), ("expirationDate", 10) })
        {
            text = System.Text.RegularExpressions.Regex.Replace(
                text, $"<{name}>.*</{name}>", $"<{name}>{DateTimeOffset.UtcNow.AddDays(-days):O}</{name}>");
        }

        await File.WriteAllTextAsync(expired, text);
        await StorageServices.StartAsync(other);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(other, "keys"), "key-*.xml").Length);
    }

    [Fact]
    public async Task Start_OfANewSite_MakesAKey()
    {
        await StorageServices.StartAsync(Data);

        var key = Assert.Single(Directory.GetFiles(Keys, "key-*.xml"));
        await StorageServices.StartAsync(Data);
        Assert.Equal([key], Directory.GetFiles(Keys));
    }

    [Fact]
    public async Task Readiness_WhileAKeyInUseIsDeletedOrChanged_IsUnhealthy()
    {
        var key = stopped.CopyTo(Data);
        var whole = await File.ReadAllTextAsync(key);
        using var site = Open();
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/healthz/ready")).Status);
        foreach (var way in new[] { "deleted", "not xml", "changed secret" })
        {
            await SpoilAsync(key, whole, way);
            var spoiled = await browser.GetAsync("/healthz/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, spoiled.Status);
            Assert.Contains(
                $"Key files in use were deleted or changed in {Keys}: {Path.GetFileName(key)}", spoiled.Text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(key, whole);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/healthz/ready")).Status);
        }
    }

    [Fact]
    public async Task Backup_WithOneDamagedValue_IsRestoredAndNamesIt()
    {
        stopped.CopyTo(Data);
        var backup = Path.Combine(_folder, "backup.db");
        using (var site = Open())
        {
            using var patient = site.Open();
            await patient.AskAsync();
            await site.SpoilAsync("AppointmentRequests.Details", $"Reference = '{stopped.Reference}'");
            Assert.Equal(0, await site.Services.RunCommandAsync("backup", backup));
            site.Stop();
        }

        using var doctor = Run("doctor");
        using var restore = Run("restore", backup);

        Assert.Equal(1, await doctor.ExitAsync());
        Assert.Contains("1 of 7 encrypted values cannot be read", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("so they are damaged", doctor.Output, StringComparison.Ordinal);
        Assert.True(await restore.ExitAsync() == 0, restore.Output);
        Assert.Contains(
            "1 of 7 encrypted values are damaged in the backup and stay unreadable: Details of AppointmentRequests ",
            restore.Output,
            StringComparison.Ordinal);
    }

    /// <summary>The doctor and the restore command agree with the start.</summary>
    [Fact]
    public async Task Commands_WithoutAKey_NameItAndMakeNone()
    {
        var key = stopped.CopyTo(Data);
        var whole = await File.ReadAllTextAsync(key);
        await SpoilAsync(key, whole, "of another site");
        var before = Directory.GetFiles(Keys);

        using var doctor = Run("doctor");
        using var restore = Run("restore", Path.Combine(Data, "physiosite.db"));
        using var backup = Run("backup", Path.Combine(_folder, "backup.db"));

        foreach (var command in new[] { doctor, restore, backup })
        {
            Assert.Equal(1, await command.ExitAsync());
            Assert.Contains($"4 encrypted values cannot be read with the keys in {Keys}:", command.Output, StringComparison.Ordinal);
            Assert.Contains($"{Path.GetFileName(key)} cannot be read", command.Output, StringComparison.Ordinal);
        }

        Assert.Equal(before, Directory.GetFiles(Keys));
    }

    /// <summary>SQLite sorts whole values in memory, which may be gigabytes, and keeps only what is distinct of them.</summary>
    [Fact]
    public async Task Check_OfTheKeys_SortsNoValues()
    {
        stopped.CopyTo(Data);
        await using var services = StorageServices.Create([new("Data:Folder", Data)]);
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        await db.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var queries = new List<string>();
        raw.sqlite3_trace(connection.Handle, (_, sql) => queries.Add(sql), null);

        Assert.Empty(await scope.ServiceProvider.GetRequiredService<KeyCheck>().FindLostAsync(connection, db.Model, default));

        raw.sqlite3_trace(connection.Handle, default(strdelegate_trace), null);
        Assert.Contains(queries, sql => sql.Contains("FROM \"AppointmentRequests\"", StringComparison.Ordinal));
        var plans = new List<string>();
        foreach (var sql in queries.Where(sql => sql.StartsWith("SELECT", StringComparison.Ordinal)))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
            await using var steps = await command.ExecuteReaderAsync();
            while (await steps.ReadAsync())
            {
                plans.Add($"{steps.GetString(3)}: {sql}");
            }
        }

        Assert.NotEmpty(plans);
        Assert.DoesNotContain(plans, step => step.Contains("TEMP B-TREE FOR GROUP BY", StringComparison.Ordinal)
            || step.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));
    }

    private static Guid IdOf(string key) => Guid.Parse(Path.GetFileNameWithoutExtension(key)["key-".Length..]);

    private static async Task SpoilAsync(string key, string whole, string way)
    {
        File.Delete(key);
        switch (way)
        {
            case "deleted":
                break;
            case "a folder":
                Directory.CreateDirectory(key);
                break;
            case "of another site":
                var id = Guid.NewGuid();
                await File.WriteAllTextAsync(
                    Path.Combine(Path.GetDirectoryName(key)!, $"key-{id}.xml"),
                    whole.Replace($"{IdOf(key)}", $"{id}", StringComparison.Ordinal));
                break;
            default:
                await File.WriteAllTextAsync(key, way switch
                {
                    "not xml" => "no key",
                    "another document" => "<html></html>",
                    "truncated" => whole[..(whole.Length / 2)],
                    "another id" => whole.Replace($"{IdOf(key)}", $"{Guid.NewGuid()}", StringComparison.Ordinal),
                    _ => whole.Replace("<value>", "<value>*", StringComparison.Ordinal),
                });
                break;
        }
    }

    private Site Open(params Guid[] lostKeys)
    {
        var site = new Site { Provider = DatabaseProvider.Sqlite, Settings = { ["Data:Folder"] = Data } };
        foreach (var (key, i) in lostKeys.Select((key, i) => (key, i)))
        {
            site.Settings[$"Data:LostKeys:{i}"] = $"{key}";
        }

        return site;
    }

    private RealSite Run(params string[] arguments)
    {
        SqliteConnection.ClearAllPools();
        return RealSite.Run([new("Data:Folder", Data)], arguments: arguments);
    }

    /// <summary>
    /// The data folder of a site that has stored one request, with three encrypted values, and the secret of <c>ContactKeys</c>.
    /// </summary>
    public sealed class StoppedSite : IDisposable
    {
        private readonly Site _site = new() { Provider = DatabaseProvider.Sqlite };

        public StoppedSite()
        {
            using var patient = _site.Open();
            Reference = patient.AskAsync().GetAwaiter().GetResult().Reference;
            _site.Stop();
        }

        public string Reference { get; }

        /// <returns>The path of the key.</returns>
        public string CopyTo(string folder)
        {
            Directory.CreateDirectory(Path.Combine(folder, "keys"));
            foreach (var file in Directory.GetFiles(Path.Combine(_site.DataPath, "keys"))
                .Select(key => Path.GetRelativePath(_site.DataPath, key))
                .Prepend("physiosite.db"))
            {
                File.Copy(Path.Combine(_site.DataPath, file), Path.Combine(folder, file));
            }

            return Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys")));
        }

        public void Dispose() => _site.Dispose();
    }
}
