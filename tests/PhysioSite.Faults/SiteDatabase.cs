using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Faults;

internal sealed record StoredRequest(string Reference, string Clinic, string State);

internal sealed record StoredMail(Guid Id, string About, string Kind, string State, string? LastError);

/// <param name="Leased">How many of them are leased by a sender, including one that has died.</param>
/// <param name="NextUtc">The earliest time of the next attempt.</param>
internal sealed record WaitingMails(int Count, int Leased, DateTime? NextUtc);

/// <summary>
/// Reads the unencrypted columns of the site's database from outside the site. Connections are read-only except for <see cref="Lock"/>.
/// </summary>
internal sealed class SiteDatabase(string file)
{
    public List<StoredRequest> Requests() => Read(
        "SELECT Reference, ClinicSlug, State FROM AppointmentRequests",
        row => new StoredRequest(row.GetString(0), row.GetString(1), row.GetString(2)));

    public List<StoredMail> Mails() => Read(
        "SELECT Id, About, Kind, State, LastError FROM Outbox",
        row => new StoredMail(
            row.GetGuid(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4)));

    public WaitingMails Waiting() => Read(
        "SELECT COUNT(*), COUNT(LeaseId), MIN(MAX(NextAttemptUtc, IFNULL(LeaseUntilUtc, ''))) FROM Outbox WHERE State = 'Waiting'",
        row => new WaitingMails(row.GetInt32(0), row.GetInt32(1), row.IsDBNull(2) ? null : Utc(row.GetString(2)))).Single();

    /// <summary>Number of emails whose next attempt is after <paramref name="utc"/>.</summary>
    public int WaitingBeyond(DateTime utc) =>
        Read("SELECT NextAttemptUtc FROM Outbox WHERE State = 'Waiting'", row => Utc(row.GetString(0))).Count(next => next > utc);

    /// <summary>Number of emails with a failed attempt and no current lease.</summary>
    public int Failures() =>
        Read("SELECT COUNT(*) FROM Outbox WHERE LastError IS NOT NULL AND LeaseId IS NULL", row => row.GetInt32(0)).Single();

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
