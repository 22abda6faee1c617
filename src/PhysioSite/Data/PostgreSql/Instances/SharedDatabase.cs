using System.Data.Common;
using System.Security.Cryptography;
using Npgsql;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>
/// Runs short commands for what the instances share. A database that does not answer is no error for the caller: the instance goes on with
/// what it knows itself.
/// </summary>
/// <remarks>
/// The tables that it changes are unlogged. A standby does not have their rows, so no commit waits for it to confirm them
/// (<see cref="ConfirmedCommits"/>).
/// </remarks>
internal sealed partial class SharedDatabase(PostgreSqlConnection database, ILogger<SharedDatabase> log)
{
    /// <summary>Longer than the time after which another server of the database is tried.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(5);

    /// <summary>While the database hangs, a form waits for so long for each thing that is counted.</summary>
    private static readonly TimeSpan CommandTimeLimit = TimeSpan.FromSeconds(2);

    private volatile bool _isDown;

    /// <param name="run">May run twice.</param>
    /// <param name="otherwise">The result without the database.</param>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> run, Func<Task<T>> otherwise)
    {
        using var timeout = new CancellationTokenSource(TimeLimit);
        for (var isFirst = true; ; isFirst = false)
        {
            await using var connection = new NpgsqlConnection(database.Text);
            try
            {
                await connection.OpenAsync(timeout.Token);
                using var commandTimeout = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
                commandTimeout.CancelAfter(CommandTimeLimit);
                var result = await run(connection, commandTimeout.Token);
                if (_isDown)
                {
                    _isDown = false;
                    LogUp();
                }

                return result;
            }
            catch (DbException e) when (isFirst && e.IsTransient && !timeout.IsCancellationRequested)
            {
                // For example a connection of the pool that a restart of the server has ended. The others have ended too.
                NpgsqlConnection.ClearPool(connection);
            }
            catch (Exception e) when (e is DbException or OperationCanceledException or CryptographicException)
            {
                if (!_isDown)
                {
                    _isDown = true;
                    var failure = StorageFailure.ForLog(e);
                    LogDown(failure.Exception, failure.Reason);
                }

                return await otherwise();
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database does not answer ({Reason}). Rate limits, waits after wrong passwords and repeated notes count on this "
            + "instance only")]
    private partial void LogDown(Exception? exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again. The instances count together")]
    private partial void LogUp();
}
