using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

/// <summary>
/// Locks of the database server, each held by a connection of its own. An instance that is killed loses its connections and with them its
/// locks.
/// </summary>
internal sealed class AdvisoryLocks(PostgreSqlConnection database) : IInstanceLock
{
    /// <summary>Another instance may hold a lock for as long as a migration takes.</summary>
    private const int WithoutLimit = 0;

    public async Task<IAsyncDisposable> EnterAsync(string name, CancellationToken cancellationToken) =>
        (await RunAsync("SELECT true FROM pg_advisory_lock(hashtextextended($1, 0))", name, WithoutLimit, cancellationToken))!;

    public Task<IAsyncDisposable?> TryEnterAsync(string name, CancellationToken cancellationToken) =>
        RunAsync("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name, seconds: null, cancellationToken);

    /// <param name="seconds">How long the command may take, unless it is that of the settings.</param>
    /// <returns>The connection that holds the lock. Null when another connection holds it.</returns>
    private async Task<IAsyncDisposable?> RunAsync(string sql, string name, int? seconds, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(isReadOnly: false, cancellationToken);
        var isHeld = false;
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.CommandTimeout = seconds ?? command.CommandTimeout;
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"PhysioSite.{name}" });
            isHeld = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
            return isHeld ? connection : null;
        }
        finally
        {
            if (!isHeld)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
