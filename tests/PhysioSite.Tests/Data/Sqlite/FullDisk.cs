using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;

namespace PhysioSite.Tests.Data.Sqlite;

/// <summary>A disk that can be full: reading works, and every statement that writes fails as with SQLite.</summary>
internal sealed class FullDisk : DbCommandInterceptor
{
    private static readonly string[] Writes = ["INSERT", "UPDATE", "DELETE", "PRAGMA wal_checkpoint", "PRAGMA user_version"];

    private volatile bool _isFull;

    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>Puts the database of a site on this disk.</summary>
    public void AddTo(IServiceCollection services) => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(this));

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default)
    {
        Assert(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        Assert(command);
        return ValueTask.FromResult(result);
    }

    private void Assert(DbCommand command)
    {
        if (IsFull && Writes.Any(write => command.CommandText.TrimStart().StartsWith(write, StringComparison.Ordinal)))
        {
            throw new SqliteException("SQLite Error 13: 'database or disk is full'.", SQLitePCL.raw.SQLITE_FULL);
        }
    }
}
