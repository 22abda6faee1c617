using System.Data.Common;

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
    IReadOnlyList<StoredEvent> Events);

/// <param name="By">The name of the member of staff. Null for the patient and the site.</param>
/// <param name="Note">Encrypted.</param>
internal sealed record StoredEvent(string Kind, string? By, string? Note);

/// <param name="Content">Encrypted.</param>
internal sealed record StoredMail(Guid Id, string About, string Clinic, string Kind, string State, string Content, string? LastError);

/// <param name="Leased">How many of them are leased by a sender, including one that has died.</param>
/// <param name="NextUtc">The earliest time of the next attempt.</param>
internal sealed record WaitingMails(int Count, int Leased, DateTime? NextUtc);

/// <summary>
/// Reads the site's database from outside the site. Connections are read-only, except where a fault needs another. The names of tables and
/// columns are the same in both databases.
/// </summary>
internal abstract class SiteDatabase
{
    /// <summary>The files in which nothing of a patient may be in plain text.</summary>
    public abstract IEnumerable<string> Files { get; }

    /// <summary>Whether a site has begun to write to it.</summary>
    public abstract bool Exists { get; }

    /// <summary>The keys that encrypt the columns.</summary>
    public abstract SiteKeys ReadKeys();

    /// <summary>What the database itself finds wrong with its files.</summary>
    public abstract List<string> Damages();

    public List<StoredRequest> Requests()
    {
        var events = Read(
            """SELECT "RequestId", "Kind", "By", "Note" FROM "RequestEvents" ORDER BY "Id" """,
            row => (Request: row.GetGuid(0), Event: new StoredEvent(row.GetString(1), Text(row, 2), Text(row, 3))))
            .ToLookup(happened => happened.Request, happened => happened.Event);
        return Read(
            """
            SELECT "Id", "Reference", "ClinicSlug", "Visit", "State", "StatusTokenHash", "Details", "ErasedUtc" FROM "AppointmentRequests"
            """,
            row => new StoredRequest(
                row.GetGuid(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetString(5),
                row.GetString(6),
                !row.IsDBNull(7),
                [.. events[row.GetGuid(0)]]));
    }

    public List<StoredMail> Mails() => Read(
        """SELECT "Id", "About", "Scope", "Kind", "State", "Content", "LastError" FROM "Outbox" """,
        row => new StoredMail(
            row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), Text(row, 6)));

    public WaitingMails Waiting()
    {
        var waiting = Read(
            """SELECT "LeaseId", "NextAttemptUtc", "LeaseUntilUtc" FROM "Outbox" WHERE "State" = 'Waiting'""",
            row => (IsLeased: !row.IsDBNull(0), Next: Utc(row, 1), Until: row.IsDBNull(2) ? DateTime.MinValue : Utc(row, 2)));
        return new WaitingMails(
            waiting.Count,
            waiting.Count(mail => mail.IsLeased),
            waiting.Count == 0 ? null : waiting.Min(mail => mail.Next > mail.Until ? mail.Next : mail.Until));
    }

    /// <summary>Number of emails whose next attempt is after <paramref name="utc"/>.</summary>
    public int WaitingBeyond(DateTime utc) =>
        Read("""SELECT "NextAttemptUtc" FROM "Outbox" WHERE "State" = 'Waiting'""", row => Utc(row, 0)).Count(next => next > utc);

    public List<Guid> WaitingIds() => Read("""SELECT "Id" FROM "Outbox" WHERE "State" = 'Waiting'""", row => row.GetGuid(0));

    /// <summary>The emails that a sender, which may have died, has in hand.</summary>
    public List<Guid> LeasedIds() =>
        Read("""SELECT "Id" FROM "Outbox" WHERE "State" = 'Waiting' AND "LeaseId" IS NOT NULL""", row => row.GetGuid(0));

    /// <summary>Number of emails with a failed attempt and no current lease.</summary>
    public int Failures() => Read(
        """SELECT "Id" FROM "Outbox" WHERE "LastError" IS NOT NULL AND "LeaseId" IS NULL""", row => row.GetGuid(0)).Count;

    /// <summary>Replaces an encrypted value, as damage of the disk or a mistake of an operator does.</summary>
    public void Replace(string table, string column, Guid id, string storedText) => Write(
        $"""UPDATE "{table}" SET "{column}" = @text WHERE "Id" = @id""", ("@text", storedText), ("@id", id));

    /// <summary>Deletes all requests and emails.</summary>
    public void Clear() => Write("""DELETE FROM "Outbox"; DELETE FROM "RequestEvents"; DELETE FROM "AppointmentRequests" """);

    public void Write(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open(isReadOnly: false);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        command.ExecuteNonQuery();
    }

    protected abstract DbConnection Open(bool isReadOnly);

    protected List<T> Read<T>(string sql, Func<DbDataReader, T> row)
    {
        using var connection = Open(isReadOnly: true);
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

    private static DateTime Utc(DbDataReader row, int column) => DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
