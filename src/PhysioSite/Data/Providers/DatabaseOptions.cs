namespace PhysioSite.Data.Providers;

public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
}

public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>The database engine. SQLite keeps its file in the data folder.</summary>
    public DatabaseProvider Provider { get; set; }

    /// <summary>How to connect to PostgreSQL, in the format of Npgsql. SQLite has none.</summary>
    public string ConnectionString { get; set; } = "";
}
