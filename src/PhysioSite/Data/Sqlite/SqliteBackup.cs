using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Copies the database as of one moment. It reads through a connection that can neither write nor checkpoint, so that it is no second
/// writer beside a running site.
/// </summary>
internal sealed class SqliteBackup(DataFolder folder, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    public async Task<int> WriteAsync(string file, IProgress<double> progress, CancellationToken cancellationToken)
    {
        await using var source = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(folder.Database));
        await source.OpenAsync(cancellationToken);
        await using var vacuum = source.CreateCommand();

        // Unlike a copy of pages it leaves out what was deleted.
        vacuum.CommandText = "VACUUM INTO $file";
        vacuum.Parameters.AddWithValue("$file", file);
        vacuum.CommandTimeout = 0;
        var size = Math.Max(1.0, await SizeAsync(source, cancellationToken));
        await using var look = time.CreateTimer(
            _ => progress.Report(new FileInfo(file) is { Exists: true } written ? written.Length / size : 0), null, BetweenLooks, BetweenLooks);
        return await SqliteInterrupt.RunAsync(source, () => vacuum.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
    }

    /// <returns>Bytes of the pages that are in use.</returns>
    private static async Task<long> SizeAsync(SqliteConnection source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand();
        command.CommandText =
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
