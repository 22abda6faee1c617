using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Faults.Checks;

/// <param name="Details">Encrypted.</param>
internal sealed record StoredRequest(
    Guid Id,
    string Reference,
    string Clinic,
    string Visit,
    string State,
    string StatusTokenHash,
    string Details,
    bool IsErased,
    IReadOnlyList<string> Events);

/// <param name="Content">Encrypted.</param>
internal sealed record StoredMail(Guid Id, string About, string Clinic, string Kind, string State, string Content, string? LastError);

/// <param name="Leased">How many of them are leased by a sender, including one that has died.</param>
/// <param name="NextUtc">The earliest time of the next attempt.</param>
internal sealed record WaitingMails(int Count, int Leased, DateTime? NextUtc);

/// <summary>Reads the site's database from outside the site. Connections are read-only, except where a fault needs another.</summary>
internal sealed class SiteDatabase(string file)
{
    public List<StoredRequest> Requests()
    {
        var events = Read("SELECT RequestId, Kind FROM RequestEvents ORDER BY Id", row => (Request: row.GetGuid(0), Kind: row.GetString(1)))
            .ToLookup(happened => happened.Request, happened => happened.Kind);
        return Read(
            "SELECT Id, Reference, ClinicSlug, Visit, State, StatusTokenHash, Details, ErasedUtc IS NOT NULL FROM AppointmentRequests",
            row => new StoredRequest(
                row.GetGuid(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetString(5),
                row.GetString(6),
                row.GetBoolean(7),
                [.. events[row.GetGuid(0)]]));
    }

    public List<StoredMail> Mails() => Read(
        "SELECT Id, About, Scope, Kind, State, Content, LastError FROM Outbox",
        row => new StoredMail(
            row.GetGuid(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            row.GetString(5),
            row.IsDBNull(6) ? null : row.GetString(6)));

    public WaitingMails Waiting() => Read(
        "SELECT COUNT(*), COUNT(LeaseId), MIN(MAX(NextAttemptUtc, IFNULL(LeaseUntilUtc, ''))) FROM Outbox WHERE State = 'Waiting'",
        row => new WaitingMails(row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? null : Utc(row.GetString(2)))).Single();

    /// <summary>Number of emails whose next attempt is after <paramref name="utc"/>.</summary>
    public int WaitingBeyond(DateTime utc) =>
        Read("SELECT NextAttemptUtc FROM Outbox WHERE State = 'Waiting'", row => Utc(row.GetString(0))).Count(next => next > utc);

    public List<Guid> WaitingIds() => Read("SELECT Id FROM Outbox WHERE State = 'Waiting'", row => row.GetGuid(0));

    /// <summary>Number of emails with a failed attempt and no current lease.</summary>
    public int Failures() =>
        Read("SELECT COUNT(*) FROM Outbox WHERE LastError IS NOT NULL AND LeaseId IS NULL", row => row.GetInt32(0)).Single();

    /// <summary>What SQLite finds wrong with the file.</summary>
    public List<string> Damages() =>
    [
        .. Read("PRAGMA integrity_check", row => row.GetString(0)).Where(line => line != "ok"),
        .. Read("PRAGMA foreign_key_check", row => $"a row of {row.GetString(0)} refers to a missing row of {row.GetString(2)}"),
    ];

    /// <summary>Replaces an encrypted value, as damage of the disk or a mistake of an operator does.</summary>
    public void Replace(string table, string column, Guid id, string storedText) => Write(
        $"UPDATE {table} SET {column} = $text WHERE Id = $id", ("$text", storedText), ("$id", id));

    /// <summary>Deletes all requests and emails.</summary>
    public void Clear() => Write("DELETE FROM Outbox; DELETE FROM RequestEvents; DELETE FROM AppointmentRequests");

    /// <summary>Takes the write lock, as a backup program or an operator's shell might.</summary>
    /// <returns>Releases the lock when disposed.</returns>
    public IDisposable Lock()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }

    private static DateTime Utc(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private void Write(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> row)
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 10 };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        return connection;
    }
}
