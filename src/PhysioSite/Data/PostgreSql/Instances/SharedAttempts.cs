using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>
/// Counts in the database. A lock for each account, held until the end of the transaction, makes attempts count one after the other. While
/// the database does not answer, an instance counts in its memory.
/// </summary>
internal sealed class SharedAttempts(SharedDatabase database, KeyedHash hash, TimeProvider time) : IAttemptCounts
{
    private readonly MemoryAttempts _memory = new(time);

    public Task<bool> ChangeAsync(string account, IReadOnlyList<string> sources, Func<Dictionary<string, AttemptCount>, bool> change) =>
        database.RunAsync(
            async (connection, cancellationToken) =>
            {
                var key = await KeyOfAsync(account, cancellationToken);
                var names = new Dictionary<Guid, string>();
                foreach (var source in sources)
                {
                    names[await hash.OfAsync($"sign-in {account}\n{source}", cancellationToken)] = source;
                }

                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var counts = await ReadAsync(connection, key, names, cancellationToken);
                var before = counts.ToDictionary();
                var result = change(counts);
                await WriteAsync(connection, key, names, before, counts, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            () => _memory.ChangeAsync(account, sources, change));

    public async Task ResetAsync(string account)
    {
        await _memory.ResetAsync(account);
        await database.RunAsync(
            async (connection, cancellationToken) =>
            {
                await using var command = new NpgsqlCommand("""DELETE FROM "SharedCounts" WHERE "Key" = @key""", connection);
                command.Parameters.Add(new NpgsqlParameter<Guid>("key", await KeyOfAsync(account, cancellationToken)));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            () => Task.FromResult(0));
    }

    private ValueTask<Guid> KeyOfAsync(string account, CancellationToken cancellationToken) =>
        hash.OfAsync($"sign-in {account}", cancellationToken);

    private async Task<Dictionary<string, AttemptCount>> ReadAsync(
        NpgsqlConnection connection, Guid key, Dictionary<Guid, string> names, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(hashtextextended(@key::text, 0))")
                {
                    Parameters = { new NpgsqlParameter<Guid>("key", key) },
                },
                new NpgsqlBatchCommand(
                    """
                    SELECT "Member", "Count", "ChangedUtc", "WaitUntilUtc" FROM "SharedCounts"
                    WHERE "Key" = @key AND "Member" = ANY (@members) AND "ExpiresUtc" > @now
                    """)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid>("key", key),
                        new NpgsqlParameter<Guid[]>("members", [.. names.Keys]),
                        new NpgsqlParameter<DateTime>("now", time.GetUtcNow().UtcDateTime),
                    },
                },
            },
        };
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        var counts = new Dictionary<string, AttemptCount>();
        while (await rows.ReadAsync(cancellationToken))
        {
            counts[names[rows.GetGuid(0)]] = new AttemptCount(rows.GetInt32(1), rows.GetDateTime(2), rows.GetDateTime(3));
        }

        return counts;
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection,
        Guid key,
        Dictionary<Guid, string> names,
        Dictionary<string, AttemptCount> before,
        Dictionary<string, AttemptCount> after,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (member, source) in names)
        {
            var count = after.GetValueOrDefault(source);
            if (count == before.GetValueOrDefault(source))
            {
                continue;
            }

            var command = new NpgsqlBatchCommand(count is null
                ? """DELETE FROM "SharedCounts" WHERE "Key" = @key AND "Member" = @member"""
                : """
                  INSERT INTO "SharedCounts" ("Key", "Member", "Count", "ChangedUtc", "WaitUntilUtc", "ExpiresUtc")
                  VALUES (@key, @member, @count, @changed, @wait, @end)
                  ON CONFLICT ("Key", "Member") DO UPDATE SET
                      "Count" = @count, "ChangedUtc" = @changed, "WaitUntilUtc" = @wait, "ExpiresUtc" = @end
                  """);
            command.Parameters.Add(new NpgsqlParameter<Guid>("key", key));
            command.Parameters.Add(new NpgsqlParameter<Guid>("member", member));
            if (count is not null)
            {
                command.Parameters.Add(new NpgsqlParameter<int>("count", count.Failed));
                command.Parameters.Add(new NpgsqlParameter<DateTime>("changed", count.LastUtc));
                command.Parameters.Add(new NpgsqlParameter<DateTime>("wait", count.WaitUntilUtc));
                command.Parameters.Add(new NpgsqlParameter<DateTime>("end", count.LastUtc + AttemptCount.Lifetime));
            }

            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
