using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Tests.Data.Sqlite;

/// <summary>The write-ahead log of SQLite is copied into the database between bursts of requests.</summary>
public sealed class LogCheckpointsTests : IAsyncDisposable
{
    /// <summary>More than the log may have, and less than after which a commit copies it.</summary>
    private const int Bytes = 8 * 1024 * 1024;

    private readonly Site _site = new() { Provider = DatabaseProvider.Sqlite };

    private string Database => _site.Services.GetRequiredService<DataFolder>().Database;

    private FileInfo Log => new(Database + "-wal");

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task LongLog_IsCopiedAndUsedAgain()
    {
        await _site.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync("CREATE TABLE Filler (Content BLOB)"));
        Task FillAsync() => _site.WithDatabaseAsync(async db =>
        {
            using var turn = await db.EnterBulkWriteAsync(CancellationToken.None);
            return await db.Database.ExecuteSqlRawAsync("INSERT INTO Filler VALUES (zeroblob({0}))", Bytes);
        });

        for (var i = 1; i <= 3; i++)
        {
            await FillAsync();
            var expected = i * Bytes;
            await Eventually.TrueAsync(() => Task.FromResult(new FileInfo(Database).Length > expected), "the log is copied");
        }

        Assert.InRange(Log.Length, Bytes, 2 * Bytes);
    }

    /// <summary>The connections of a pool are closed when they are not used for minutes.</summary>
    [Fact]
    public async Task Log_WhenAllConnectionsInThePoolAreClosed_IsKept()
    {
        await _site.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 1"));
        var size = Log.Length;

        SqliteConnection.ClearAllPools();

        Assert.True(size > 0);
        Assert.Equal(size, Log.Length);
    }
}
