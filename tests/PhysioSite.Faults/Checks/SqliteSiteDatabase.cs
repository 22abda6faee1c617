using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Faults.Checks;

/// <param name="folder">The data folder of the site.</param>
internal sealed class SqliteSiteDatabase(string folder) : SiteDatabase
{
    private readonly string _file = Path.Combine(folder, "physiosite.db");

    public override IEnumerable<string> Files => [_file, _file + "-wal"];

    public override bool Exists => File.Exists(_file);

    public override SiteKeys ReadKeys() => SiteKeys.OfFolder(Path.Combine(folder, "keys"));

    public override List<string> Damages() =>
    [
        .. Read("PRAGMA integrity_check", row => row.GetString(0)).Where(line => line != "ok"),
        .. Read("PRAGMA foreign_key_check", row => $"a row of {row.GetString(0)} refers to a missing row of {row.GetString(2)}"),
    ];

    /// <summary>Takes the write lock, as a backup program or an operator's shell might.</summary>
    /// <returns>Releases the lock when disposed.</returns>
    public IDisposable Lock()
    {
        var connection = Open(isReadOnly: false);
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }

    protected override DbConnection Open(bool isReadOnly)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = _file,
            Mode = isReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 10,
        };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        return connection;
    }
}
