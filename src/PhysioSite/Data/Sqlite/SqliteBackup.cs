using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Creates a consistent copy of the database. It reads through a connection that can neither write nor run a checkpoint, so that it is not
/// a second writer while the site is running.
/// </summary>
internal sealed class SqliteBackup(DataFolder folder, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    public async Task<int> WriteAsync(string file, IProgress<double> progress, CancellationToken cancellationToken)
    {
        await using var source = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(folder.Database));
        await source.OpenAsync(cancellationToken);
        await using var vacuum = source.CreateCommand();

        // Unlike a page copy, VACUUM INTO leaves out deleted data.
        vacuum.CommandText = "VACUUM INTO $file";
        vacuum.Parameters.AddWithValue("$file", file);
        vacuum.CommandTimeout = 0;
        var size = Math.Max(1.0, await SizeAsync(source, cancellationToken));
        await using var look = time.CreateTimer(
            _ => progress.Report(new FileInfo(file) is { Exists: true } written ? written.Length / size : 0),
            null,
            BetweenLooks,
            BetweenLooks);
        return await SqliteInterrupt.RunAsync(source, () => vacuum.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
    }

    /// <returns>The total size of the pages in use, in bytes.</returns>
    private static async Task<long> SizeAsync(SqliteConnection source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand();
        command.CommandText =
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
