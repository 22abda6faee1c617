using System.Net;
using Microsoft.Data.Sqlite;
using PhysioSite.Data.Providers;

namespace PhysioSite.Tests.Data.Sqlite;

/// <summary>A database that cannot be used: the program does not start, and says what to do.</summary>
public sealed class DamagedDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    private string Database => Path.Combine(_folder, "physiosite.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("empty", "is empty, but there are keys in")]
    [InlineData("no database", "is damaged")]
    [InlineData("newer", "is of a newer version of the program")]
    public async Task Start_OnADatabaseThatCannotBeUsed_SaysWhatToDoAndChangesNothing(string damage, string message)
    {
        using (var site = await RealSite.StartAsync([new("Data:Folder", _folder)]))
        {
            using var browser = site.Open();
            await browser.AskAsync();
        }

        // The site was killed, so the log has what is not yet in the file.
        var log = Directory.GetFiles(_folder, "physiosite.db-*").ToList();
        switch (damage)
        {
            case "empty":
                log.ForEach(File.Delete);
                await File.WriteAllBytesAsync(Database, []);
                break;
            case "no database":
                log.ForEach(File.Delete);
                await File.WriteAllTextAsync(Database, new string('x', 8192));
                break;
            default:
                await using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
                {
                    await connection.OpenAsync();
                    await using var command = connection.CreateCommand();
                    command.CommandText = "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '10.0.15')";
                    await command.ExecuteNonQueryAsync();
                }

                break;
        }

        using var again = RealSite.Run([new("Data:Folder", _folder)]);

        Assert.Equal(1, await again.ExitAsync());
        Assert.Contains("PhysioSite cannot start.", again.Output, StringComparison.Ordinal);
        Assert.Contains(message, again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_OfADatabaseThatCannotBeWritten_IsUnhealthyAfterHalfAMinuteAtMostAndHealthySoonAfterwards()
    {
        await using var site = new Site { Provider = DatabaseProvider.Sqlite };
        using var browser = site.Open();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/healthz/ready")).Status);
        await using var locker = new SqliteConnection($"Data Source={Path.Combine(site.DataPath, "physiosite.db")};Pooling=False");
        await locker.OpenAsync();
        await using var begin = locker.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();

        var cached = await browser.GetAsync("/healthz/ready");
        site.Clock.Advance(TimeSpan.FromSeconds(31));
        var locked = await browser.GetAsync("/healthz/ready");
        begin.CommandText = "ROLLBACK";
        await begin.ExecuteNonQueryAsync();
        site.Clock.Advance(TimeSpan.FromSeconds(3));
        var free = await browser.GetAsync("/healthz/ready");

        Assert.Equal(HttpStatusCode.OK, cached.Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, locked.Status);
        Assert.Contains("The database cannot be written", locked.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, free.Status);
    }
}
