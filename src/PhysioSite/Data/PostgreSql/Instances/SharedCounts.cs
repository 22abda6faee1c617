using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>Counts in the database.</summary>
internal sealed class SharedCounts(SharedDatabase database, KeyedHash hash, TimeProvider time) : ISharedCounts
{
    /// <summary>
    /// A row that would last longer than two windows was added under a clock that was put back since. A little more than one window may be
    /// left when the clocks of the instances differ.
    /// </summary>
    private const string AddSql = """
        INSERT INTO "SharedCounts" AS stored ("Key", "Member", "Count", "ChangedUtc", "ExpiresUtc")
        VALUES (@key, @member, 1, @now, @end)
        ON CONFLICT ("Key", "Member") DO UPDATE SET
            "Count" = CASE WHEN stored."ExpiresUtc" > @now AND stored."ExpiresUtc" < @latest THEN stored."Count" + 1 ELSE 1 END,
            "ExpiresUtc" = CASE WHEN stored."ExpiresUtc" > @now AND stored."ExpiresUtc" < @latest THEN stored."ExpiresUtc" ELSE @end END,
            "ChangedUtc" = @now
        RETURNING "Count", "ExpiresUtc"
        """;

    public Task<WindowCount?> CountAsync(string value, TimeSpan window) => database.RunAsync(
        async (connection, cancellationToken) =>
        {
            var key = await hash.OfAsync(value, cancellationToken);
            var now = time.GetUtcNow().UtcDateTime;
            await using var command = new NpgsqlCommand(AddSql, connection);
            AddParameters(command.Parameters, key, Guid.Empty, now, window);
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            await rows.ReadAsync(cancellationToken);
            return (WindowCount?)new WindowCount(rows.GetInt32(0), rows.GetDateTime(1) - now);
        },
        () => Task.FromResult<WindowCount?>(null));

    /// <summary>
    /// The lock makes members that are added at the same time count one after the other; otherwise, neither would see the other. The batch
    /// is one transaction.
    /// </summary>
    public Task<int?> CountMembersAsync(string value, string member, TimeSpan lifetime) => database.RunAsync(
        async (connection, cancellationToken) =>
        {
            var key = await hash.OfAsync(value, cancellationToken);
            var part = await hash.OfAsync($"{value}\n{member}", cancellationToken);
            var now = time.GetUtcNow().UtcDateTime;
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(hashtextextended(@key::text, 0))")
                    {
                        Parameters = { new NpgsqlParameter<Guid>("key", key) },
                    },
                    new NpgsqlBatchCommand(AddSql),
                    new NpgsqlBatchCommand("""SELECT count(*) FROM "SharedCounts" WHERE "Key" = @key AND "ExpiresUtc" > @now""")
                    {
                        Parameters = { new NpgsqlParameter<Guid>("key", key), new NpgsqlParameter<DateTime>("now", now) },
                    },
                },
            };
            AddParameters(batch.BatchCommands[1].Parameters, key, part, now, lifetime);
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            await rows.ReadAsync(cancellationToken);
            return (int?)rows.GetInt64(0);
        },
        () => Task.FromResult<int?>(null));

    private static void AddParameters(NpgsqlParameterCollection parameters, Guid key, Guid member, DateTime now, TimeSpan window)
    {
        parameters.Add(new NpgsqlParameter<Guid>("key", key));
        parameters.Add(new NpgsqlParameter<Guid>("member", member));
        parameters.Add(new NpgsqlParameter<DateTime>("now", now));
        parameters.Add(new NpgsqlParameter<DateTime>("end", now + window));
        parameters.Add(new NpgsqlParameter<DateTime>("latest", now + (2 * window)));
    }
}
