using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.TestSupport;

/// <summary>
/// Reads and changes the database of a site directly, whichever it is. Names of tables and columns in the SQL are written without quotes;
/// they are added, because PostgreSQL reads other names as lower case.
/// </summary>
public static partial class SiteSql
{
    /// <returns>The number of rows that were changed.</returns>
    public static Task<int> RunSqlAsync(this Site site, string sql) =>
        site.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(Quote(sql)));

    /// <param name="sql">Its values become parameters.</param>
    /// <inheritdoc cref="RunSqlAsync"/>
    public static Task<int> RunSqlWithValuesAsync(this Site site, FormattableString sql) =>
        site.WithDatabaseAsync(db => db.Database.ExecuteSqlAsync(Quote(sql)));

    /// <param name="sql">A query with one column named Value. Its values become parameters.</param>
    public static Task<List<string>> ReadTextsAsync(this Site site, FormattableString sql) =>
        site.WithDatabaseAsync(db => db.Database.SqlQuery<string>(Quote(sql)).ToListAsync());

    /// <summary>A connection of its own to the database, also of a site that is stopped.</summary>
    public static async Task<DbConnection> ConnectAsync(this Site site)
    {
        var folder = site.Settings.GetValueOrDefault("Data:Folder", site.DataPath);
        DbConnection connection = site.Provider == DatabaseProvider.PostgreSql
            ? new NpgsqlConnection(site.ConnectionString)
            : new SqliteConnection($"Data Source={Path.Combine(folder, "physiosite.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Lets the database refuse new rows of a table, until the result is disposed.</summary>
    /// <param name="when">A condition of SQL on the row NEW. Null for every row.</param>
    public static Task<IAsyncDisposable> RefuseInsertsAsync(this Site site, string table, string? when = null) =>
        RefuseAsync(site, "INSERT", table, when);

    public static Task<IAsyncDisposable> RefuseUpdatesAsync(this Site site, string table) => RefuseAsync(site, "UPDATE", table, null);

    public static Task<IAsyncDisposable> RefuseDeletesAsync(this Site site, string table) => RefuseAsync(site, "DELETE", table, null);

    /// <summary>Lets updates of a table change no row, as if somebody had changed it meanwhile, until the result is disposed.</summary>
    public static Task<IAsyncDisposable> IgnoreUpdatesAsync(this Site site, string table) =>
        AddTriggerAsync(site, "UPDATE", table, when: null, sqlite: "SELECT RAISE(IGNORE)", postgreSql: "RETURN NULL");

    /// <summary>The SQL with quoted names.</summary>
    public static string Quote(string sql) => TextOrName().Replace(sql, part => part.Value[0] is '\'' or '"' ? part.Value : $"\"{part}\"");

    private static FormattableString Quote(FormattableString sql) =>
        FormattableStringFactory.Create(Quote(sql.Format), sql.GetArguments());

    private static Task<IAsyncDisposable> RefuseAsync(Site site, string operation, string table, string? when) => AddTriggerAsync(
        site, operation, table, when, sqlite: "SELECT RAISE(ABORT, 'no room')", postgreSql: "RAISE EXCEPTION 'no room'");

    private static async Task<IAsyncDisposable> AddTriggerAsync(
        Site site, string operation, string table, string? when, string sqlite, string postgreSql)
    {
        var name = $"Fault{operation}";
        var isPostgreSql = site.Provider == DatabaseProvider.PostgreSql;
        if (isPostgreSql)
        {
            await site.RunSqlAsync($"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {postgreSql}; END $$");
        }

        var condition = when is null ? "" : $"WHEN ({when})";
        await site.RunSqlAsync(isPostgreSql
            ? $"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW {condition} EXECUTE FUNCTION {name}()"
            : $"CREATE TRIGGER {name} BEFORE {operation} ON {table} {condition} BEGIN {sqlite}; END");
        return new Trigger(site, isPostgreSql ? $"DROP FUNCTION {name} CASCADE" : $"DROP TRIGGER {name}");
    }

    /// <summary>A text in quotes, a name in quotes, or a name: a word that is not all in upper case or all in lower case.</summary>
    [GeneratedRegex("""'[^']*'|"[^"]*"|\b[A-Z]\w*[a-z]\w*\b""")]
    private static partial Regex TextOrName();

    private sealed class Trigger(Site site, string drop) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using var connection = await site.ConnectAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = Quote(drop);
            await command.ExecuteNonQueryAsync();
        }
    }
}
