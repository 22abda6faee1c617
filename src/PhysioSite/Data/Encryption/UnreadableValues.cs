using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// The encrypted values that were read and could not be decrypted. Each value is checked again before it is counted, so that a value is
/// removed once it is erased or its key is restored.
/// </summary>
public sealed partial class UnreadableValues(TimeProvider time, ILogger<UnreadableValues> log)
{
    /// <summary>Limits the number of recorded values: when a key is lost, every value is unreadable.</summary>
    public const int Most = 1000;

    private static readonly TimeSpan BetweenLogs = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<EncryptedCell, bool> _cells = new();
    private readonly Lock _logging = new();
    private DateTimeOffset _nextLog = DateTimeOffset.MinValue;
    private int _notLogged;

    public void Add(EncryptedCell cell)
    {
        if (_cells.Count < Most && _cells.TryAdd(cell, true))
        {
            Log(cell);
        }
    }

    /// <summary>The number of recorded values that still cannot be read.</summary>
    internal async Task<int> CountAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        foreach (var column in EncryptedColumn.All(db.Model))
        {
            foreach (var ids in _cells.Keys
                .Where(cell => cell.Table == column.Table && cell.Column == column.Column)
                .Select(cell => cell.Id)
                .Chunk(100))
            {
                var still = await UnreadableAsync(db, column, ids, cancellationToken);
                foreach (var id in ids.Except(still))
                {
                    _cells.TryRemove(column.Cell(id), out _);
                }
            }
        }

        return _cells.Count;
    }

    private static async Task<List<Guid>> UnreadableAsync(
        SiteDbContext db,
        EncryptedColumn column,
        Guid[] ids,
        CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            foreach (var (id, i) in ids.Select((id, i) => (id, i)))
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ($"@id{i}", id);
                command.Parameters.Add(parameter);
            }

            var names = string.Join(", ", command.Parameters.Cast<DbParameter>().Select(parameter => parameter.ParameterName));
            command.CommandText = $"""SELECT "Id", "{column.Column}" FROM "{column.Table}" WHERE "Id" IN ({names})""";
            var still = new List<Guid>();
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                if (!rows.IsDBNull(1) && !column.CanRead(rows.GetString(1), db.Encryption, column.Cell(rows.GetGuid(0))))
                {
                    still.Add(rows.GetGuid(0));
                }
            }

            return still;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Writes at most one log entry per minute, so that a page that lists a thousand unreadable rows writes only one.</summary>
    private void Log(EncryptedCell cell)
    {
        int others;
        lock (_logging)
        {
            var now = time.GetUtcNow();
            if (now < _nextLog && now >= _nextLog - BetweenLogs)
            {
                _notLogged++;
                return;
            }

            (_nextLog, others, _notLogged) = (now + BetweenLogs, _notLogged, 0);
        }

        LogUnreadable(cell.Column, cell.Table, cell.Id, others);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The encrypted {Column} of row {Id} of {Table} cannot be read: it is damaged, or its key is missing. "
            + "{Others} more since the last such line. See \"Values that cannot be read\" in docs/operations.md")]
    private partial void LogUnreadable(string column, string table, Guid id, int others);
}
