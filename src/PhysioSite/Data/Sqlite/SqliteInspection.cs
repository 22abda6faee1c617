using System.Globalization;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

internal sealed class SqliteInspection(DataFolder folder) : IDatabaseInspection
{
    /// <summary>A backup is made every night. Some may be missed.</summary>
    private static readonly TimeSpan OldestBackup = TimeSpan.FromDays(7);

    public string ReadOnlyConnectionString => DurableSqlite.ReadOnlyConnectionString(folder.Database);

    public string Missing =>
        $"There is none in {folder.Path} yet. The first start of the site makes it; "
        + "if there should be one, check Data:Folder (environment: Data__Folder).";

    public async Task<DatabaseReader?> OpenAsync(CancellationToken cancellationToken) =>
        File.Exists(folder.Database) ? await ReadOnlyDatabase.OpenAsync(folder.Database, cancellationToken) : null;

    public async Task<string> CheckAsync(DatabaseReader database, CancellationToken cancellationToken)
    {
        await ((ReadOnlyDatabase)database).AssertSoundAsync(cancellationToken);
        var engine = await database.ScalarAsync("SELECT sqlite_version()", cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"sound, {new FileInfo(folder.Database).Length:N0} bytes, SQLite {engine}");
    }

    public Task<string> CheckBackupAsync(DatabaseReader database, DateTimeOffset now, CancellationToken cancellationToken) =>
        LastBackup.Read(folder) is not { } last
            ? Task.FromResult("none was made with the command \"backup\"")
            : now.UtcDateTime - last.AtUtc > OldestBackup
                ? throw new StartupException($"The last was made at {last.AtUtc:u}: {last.File}. Run the command \"backup\" every night.")
                : Task.FromResult($"the last was made at {last.AtUtc:u}: {last.File}");
}
