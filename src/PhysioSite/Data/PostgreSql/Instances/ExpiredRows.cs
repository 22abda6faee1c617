using Npgsql;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>Removes counts and open pages that have expired, every minute.</summary>
internal sealed class ExpiredRows(SharedDatabase database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Does not wait for rows that are being changed, because it could then wait for a counter that waits for it.</summary>
    public Task<int> RemoveAsync() => database.RunAsync(
        async (connection, cancellationToken) =>
        {
            await using var command = new NpgsqlCommand(
                """
                DELETE FROM "SharedCounts" WHERE ("Key", "Member") IN
                    (SELECT "Key", "Member" FROM "SharedCounts" WHERE "ExpiresUtc" <= @now FOR UPDATE SKIP LOCKED);
                DELETE FROM "SharedPages" WHERE "Id" IN
                    (SELECT "Id" FROM "SharedPages" WHERE "ExpiresUtc" <= @now FOR UPDATE SKIP LOCKED)
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<DateTime>("now", time.GetUtcNow().UtcDateTime));
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        () => Task.FromResult(0));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RemoveAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Normal shutdown.
        }
    }
}
