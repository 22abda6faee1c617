using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.Sqlite;

/// <summary>The file operations of a database restore. The site must be stopped.</summary>
internal sealed class SqliteRestore(DataFolder folder, TimeProvider time)
{
    private const string Sessions = "StaffSessions";

    /// <summary>Ends all sessions, because a person who was signed in when the backup was made may have left the staff since.</summary>
    public static async Task EndSessionsAsync(string draft, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = draft, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM sqlite_schema WHERE name = '{Sessions}'";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 1)
        {
            command.CommandText = $"DELETE FROM \"{Sessions}\"";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <returns>The path of the copy of the current database, or null when there is none.</returns>
    public async Task<string?> MoveAsideAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Database))
        {
            return null;
        }

        var aside = string.Create(CultureInfo.InvariantCulture, $"{folder.Database}.before-{time.GetUtcNow():yyyyMMdd-HHmmss}");
        try
        {
            // A checkpoint on the last connection writes the contents of the log to the database file.
            await using var present = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = folder.Database, Pooling = false }.ToString());
            await present.OpenAsync(cancellationToken);
            await using var command = present.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (SqliteException)
        {
            // The database is too damaged to be opened, which may be the reason for the restore. Its log is kept with it.
        }

        foreach (var part in new[] { "-wal", "-shm" })
        {
            if (File.Exists(folder.Database + part))
            {
                File.Move(folder.Database + part, aside + part);
            }
        }

        PrivateFile.Create(aside);
        File.Copy(folder.Database, aside, overwrite: true);
        return aside;
    }
}
