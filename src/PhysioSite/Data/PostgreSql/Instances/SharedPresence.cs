using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql.Instances;

/// <summary>Keeps the open pages in the database. Those of an instance that was killed expire.</summary>
internal sealed class SharedPresence(SharedDatabase database, TimeProvider time) : IPresence
{
    /// <summary>A report may be late, and the clocks of instances may differ.</summary>
    private static readonly TimeSpan Lifetime = IPresence.Interval * 2;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public Task ReportAsync(Guid id, OpenPage page) => ExecuteAsync(
        """
        INSERT INTO "SharedPages" ("Id", "Subject", "Person", "ExpiresUtc") VALUES ($1, $2, $3, $4)
        ON CONFLICT ("Id") DO UPDATE SET "ExpiresUtc" = $4
        """,
        new NpgsqlParameter<Guid> { TypedValue = id },
        new NpgsqlParameter<Guid> { TypedValue = page.Subject },
        new NpgsqlParameter<Guid> { TypedValue = page.Person },
        new NpgsqlParameter<DateTime> { TypedValue = Now + Lifetime });

    public Task RemoveAsync(Guid id) =>
        ExecuteAsync("""DELETE FROM "SharedPages" WHERE "Id" = $1""", new NpgsqlParameter<Guid> { TypedValue = id });

    public Task<IReadOnlyList<OpenPage>> FindAsync(IReadOnlyCollection<Guid> subjects) => database.RunAsync<IReadOnlyList<OpenPage>>(
        async (connection, cancellationToken) =>
        {
            await using var command = new NpgsqlCommand(
                """SELECT "Subject", "Person" FROM "SharedPages" WHERE "Subject" = ANY ($1) AND "ExpiresUtc" > $2""", connection);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. subjects] });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now });
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            var pages = new List<OpenPage>();
            while (await rows.ReadAsync(cancellationToken))
            {
                pages.Add(new OpenPage(rows.GetGuid(0), rows.GetGuid(1)));
            }

            return pages;
        },
        () => Task.FromResult<IReadOnlyList<OpenPage>>([]));

    private Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters) => database.RunAsync(
        async (connection, cancellationToken) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var parameter in parameters)
            {
                // A parameter belongs to one command, and this may run twice.
                command.Parameters.Add(parameter.Clone());
            }

            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        () => Task.FromResult(0));
}
