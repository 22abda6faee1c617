using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace PhysioSite.Tests.Operations.Move;

/// <summary>
/// Reads the rows of both databases as text, without the model and the code of the site. The values of SQLite are written as PostgreSQL
/// writes them.
/// </summary>
internal static class DatabaseComparison
{
    /// <returns>The tables of the file, without those of SQLite and EF Core itself.</returns>
    public static List<string> Tables(string file) => [.. Rows(file, """
        SELECT "name" FROM sqlite_master
        WHERE "type" = 'table' AND "name" NOT LIKE 'sqlite!_%' ESCAPE '!' AND "name" NOT LIKE '!_!_EF%' ESCAPE '!'
        ORDER BY 1
        """).Select(row => (string)row[0]!)];

    public static List<string> Tables(NpgsqlConnection connection) => [.. Rows(connection, """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name NOT LIKE '!_!_EF%' ESCAPE '!' ORDER BY 1
        """).Select(row => row[0]!)];

    /// <returns>Each row as one text, in a fixed order.</returns>
    public static List<string> OfPostgreSql(NpgsqlConnection connection, string table)
    {
        var columns = Columns(connection, table).Select(column => column.Type switch
        {
            "timestamp with time zone" => $"""("{column.Name}" AT TIME ZONE 'UTC')::text""",
            _ => $"\"{column.Name}\"::text",
        });
        return [.. Rows(connection, $"SELECT {string.Join(", ", columns)} FROM \"{table}\"").Select(Line).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc cref="OfPostgreSql"/>
    public static List<string> OfSqlite(string file, NpgsqlConnection connection, string table)
    {
        var columns = Columns(connection, table);
        var names = string.Join(", ", columns.Select(column => $"\"{column.Name}\""));
        return
        [
            .. Rows(file, $"SELECT {names} FROM \"{table}\"")
                .Select(row => Line(row.Select((value, i) => value is null ? null : Convert(value, columns[i].Type))))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Convert(object value, string type)
    {
        var text = System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return type switch
        {
            "uuid" => text.ToLowerInvariant(),
            "boolean" => text == "1" ? "true" : "false",
            "timestamp with time zone" => text.StartsWith("0001-01-01 00:00:00", StringComparison.Ordinal)
                ? "-infinity"
                : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime
                    .ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
            _ => text,
        };
    }

    private static string Line(IEnumerable<string?> row) => string.Join(" | ", row.Select(value => value ?? "NULL"));

    private static List<(string Name, string Type)> Columns(NpgsqlConnection connection, string table) => [.. Rows(
        connection,
        $"""
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY 1
        """)
        .Select(row => (row[0]!, row[1]!))];

    private static List<object?[]> Rows(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        using var rows = command.ExecuteReader();
        var read = new List<object?[]>();
        while (rows.Read())
        {
            read.Add([.. Enumerable.Range(0, rows.FieldCount).Select(i => rows.IsDBNull(i) ? null : rows.GetValue(i))]);
        }

        return read;
    }

    private static List<string?[]> Rows(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var rows = command.ExecuteReader();
        var read = new List<string?[]>();
        while (rows.Read())
        {
            read.Add([.. Enumerable.Range(0, rows.FieldCount).Select(i => rows.IsDBNull(i) ? null : rows.GetString(i))]);
        }

        return read;
    }
}
