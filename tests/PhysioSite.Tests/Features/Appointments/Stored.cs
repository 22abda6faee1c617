using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>Reads the database directly instead of through the pages.</summary>
internal static class Stored
{
    public static Task<AppointmentRequest> RequestAsync(this Site site, string reference) => site.WithDatabaseAsync(db =>
        db.Set<AppointmentRequest>().Include(request => request.History).SingleAsync(request => request.Reference == reference));

    /// <summary>The number of rows of requests, request history and emails.</summary>
    public static Task<(int Requests, int Events, int Mails)> CountAsync(this Site site) => site.WithDatabaseAsync(async db => (
        await db.Set<AppointmentRequest>().CountAsync(),
        await db.Set<RequestEvent>().CountAsync(),
        await db.Set<OutboxEmail>().CountAsync()));

    /// <summary>The bytes in the write-ahead log. SQLite deletes the file when the pool closes the last connection.</summary>
    public static long WriteAheadLogLength(this Site site)
    {
        try
        {
            return new FileInfo(Path.Combine(site.DataPath, "physiosite.db-wal")).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Every byte of the write-ahead log, in which SQLite locks nothing.</summary>
    public static async Task<string> ReadWriteAheadLogAsync(this Site site)
    {
        try
        {
            return Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(site.DataPath, "physiosite.db-wal")));
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    /// <summary>Every byte of SQLite's file, including free pages. Every value of every table of PostgreSQL.</summary>
    public static Task<string> StoredBytesAsync(this Site site) => site.WithDatabaseAsync(async db =>
    {
        if (site.Provider == DatabaseProvider.PostgreSql)
        {
            var rows = new StringBuilder();
            foreach (var table in db.Model.GetEntityTypes().Select(entity => entity.GetTableName()).Distinct())
            {
                var sql = $"SELECT stored::text AS \"Value\" FROM \"{table}\" AS stored";
                rows.AppendJoin('\n', await db.Database.SqlQueryRaw<string>(sql).ToListAsync());
            }

            return rows.ToString();
        }

        // SQLite makes the copy. Reading the file directly in this process would release its locks.
        var copy = Path.Combine(site.DataPath, $"copy-{Guid.NewGuid():N}");
        await db.Database.OpenConnectionAsync();
        using (var target = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(target);
        }

        return Encoding.Latin1.GetString(await File.ReadAllBytesAsync(copy));
    });
}
