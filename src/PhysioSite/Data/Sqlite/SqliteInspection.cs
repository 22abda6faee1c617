using System.Globalization;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

internal sealed class SqliteInspection(DataFolder folder) : IDatabaseInspection
{
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
}
