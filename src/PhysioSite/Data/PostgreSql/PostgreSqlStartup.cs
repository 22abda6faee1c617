using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

/// <summary>
/// Opens the data folder, applies pending migrations, and verifies the keys. Instances that start at the same time do so one after the
/// other: the first migrates the database and creates the first key.
/// </summary>
internal sealed class PostgreSqlStartup(
    DataFolder folder, KeyTable table, KeyCheck keys, IInstanceLock locks, IServiceScopeFactory scopes) : IDatabaseStartup
{
    /// <summary>The lock that an instance holds while it starts.</summary>
    public const string LockName = "Start";

    /// <summary>The oldest version of PostgreSQL that is still supported by its developers.</summary>
    private static readonly Version Oldest = new(14, 0);

    /// <exception cref="StartupException">The server is too old, or the database cannot store every character.</exception>
    public static async Task AssertSuitableAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion is var version && version < Oldest)
        {
            throw new StartupException($"The server is PostgreSQL {version}; the site needs {Oldest} or later.");
        }

        await using var command = new NpgsqlCommand("SHOW server_encoding", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is not "UTF8" and var encoding)
        {
            throw new StartupException(
                $"The encoding of the PostgreSQL database is {encoding}; the site needs UTF8 (createdb --encoding UTF8 --template "
                + "template0).");
        }
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        folder.Open();
        try
        {
            await using var turn = await locks.EnterAsync(LockName, cancellationToken);
            await using var scope = scopes.CreateAsyncScope();
            await MigrateAsync(scope.ServiceProvider.GetRequiredService<SiteDbContext>(), cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new StartupException(PostgreSqlConnection.Explain(e), e);
        }
    }

    private async Task MigrateAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await AssertSuitableAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellationToken);

        // Reading a history that does not exist would be logged as an error.
        await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        if ((await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).Any())
        {
            throw new StartupException(
                "The PostgreSQL database is of a newer version of the program. Run that version, or restore a backup of this one.");
        }

        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            // A migration may rewrite a large table.
            db.Database.SetCommandTimeout(TimeSpan.Zero);
            await db.Database.MigrateAsync(cancellationToken);
        }

        // Before anything is encrypted or decrypted, because the framework creates a key when it can use none.
        table.AssertReadable();
        await keys.AssertAsync(db, table.Remedy, cancellationToken);
    }
}
