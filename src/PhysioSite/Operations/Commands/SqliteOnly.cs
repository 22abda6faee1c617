using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Operations.Commands;

/// <summary>Refuses a command that copies the file of SQLite when the site uses another database.</summary>
internal static class SqliteOnly
{
    /// <exception cref="StartupException">The site uses another database.</exception>
    public static void Assert(DatabaseOptions options)
    {
        if (options.Provider != DatabaseProvider.Sqlite)
        {
            throw new StartupException(
                "This command copies the file of SQLite. Copy a PostgreSQL database with pg_dump and pg_restore; \"PostgreSQL\" in "
                + "docs/operations.md says how.");
        }
    }
}
