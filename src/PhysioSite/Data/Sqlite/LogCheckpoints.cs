using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using PhysioSite.Data.Saving;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database when no burst of requests is being saved, so that patients rarely wait for it. When a
/// burst lasts, a commit copies a log of <see cref="DurableSqlite.MostLogPages"/>.
/// </summary>
internal sealed partial class LogCheckpoints(
    DataFolder folder, WriteGate gate, BatchWriter batches, TimeProvider time, ILogger<LogCheckpoints> log) : BackgroundService
{
    /// <summary>The fewest pages worth copying. A page that several commits change is copied once.</summary>
    private const int FewestPages = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = new SqliteConnection(DurableSqlite.ConnectionString(folder.Database));
        using var timer = new PeriodicTimer(Interval, time);
        for (var hasFailed = false; await timer.WaitForNextTickAsync(stoppingToken);)
        {
            try
            {
                await RunAsync(connection, stoppingToken);
                hasFailed = false;
            }
            catch (DbException e)
            {
                if (!hasFailed)
                {
                    var (exception, reason) = StorageFailure.ForLog(e);
                    LogNotCopied(exception, reason);
                }

                hasFailed = true;
            }
        }
    }

    private async Task RunAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        if (batches.IsBusy)
        {
            return;
        }

        if (connection.State != ConnectionState.Open)
        {
            await connection.OpenAsync(cancellationToken);
            DurableSqlite.Apply(connection);
        }

        if (CheckpointLog(connection, "NOOP") >= FewestPages)
        {
            using var turn = await gate.EnterAsync(cancellationToken);
            CheckpointLog(connection, "PASSIVE");
        }
    }

    /// <returns>The number of pages that remain to be copied.</returns>
    private static long CheckpointLog(SqliteConnection connection, string mode)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA wal_checkpoint({mode})";
        using var result = command.ExecuteReader();
        result.Read();
        return result.GetInt64(1) - result.GetInt64(2);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The write-ahead log was not copied into the database; it is tried again each second: {Reason}")]
    private partial void LogNotCopied(Exception? exception, string reason);
}
