using Microsoft.Extensions.Options;
using Npgsql;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.PostgreSql;

/// <summary>How to connect to the database of the settings.</summary>
internal sealed class PostgreSqlConnection(IOptions<DatabaseOptions> options)
{
    /// <summary>
    /// What applies unless the settings say otherwise: a person waits for most commands, also while a server accepts connections and does
    /// not answer. Parallel workers of PostgreSQL make such commands slower: to start one takes longer than the count of 200,000 rows.
    /// </summary>
    private const string Defaults = "Command Timeout=15;Timeout=5;Options=-c max_parallel_workers_per_gather=0;";

    /// <summary>
    /// The same for several servers. A server that does not answer is left out for the seconds of "Host Recheck", and so is a standby until
    /// it has become the primary. Then the first to ask it again waits for the timeout.
    /// </summary>
    private const string DefaultsForSeveralHosts = "Target Session Attributes=primary;Host Recheck Seconds=5;Timeout=3;";

    /// <summary>Whether the settings name several servers, of which one is the primary.</summary>
    public bool HasSeveralHosts =>
        new NpgsqlConnectionStringBuilder(options.Value.ConnectionString).Host?.Contains(',', StringComparison.Ordinal) == true;

    public string Text => Change(_ => { });

    /// <summary>For read access while the site is running.</summary>
    public string ReadOnlyText => Change(parts => parts.Options = $"{parts.Options} -c default_transaction_read_only=on".Trim());

    /// <summary>What an operator should do about a fault.</summary>
    public static string Explain(NpgsqlException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName =>
            $"The PostgreSQL server has no such database: {fault.Message} Create it (createdb), or correct Database:ConnectionString.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"The PostgreSQL database refuses it: {fault.Message} The role of the site must own the database.",
        _ when StorageFailure.HasNoPrimary(fault) =>
            "None of the servers of Database:ConnectionString is a primary server that answers."
            + string.Concat((fault.InnerException as AggregateException)?.InnerExceptions.Select(inner => $" {inner.Message}.") ?? [])
            + " Start the primary server, or make a standby the primary (docs/operations.md).",
        _ => $"The PostgreSQL database cannot be used: {fault.Message} Check that it runs, and Database:ConnectionString.",
    };

    /// <summary>
    /// Opens a connection outside the pool. When it is closed, or its process ends, the server ends what belongs to it, such as locks.
    /// </summary>
    /// <param name="keepAliveSeconds">How often an idle connection is tested. 0 for never.</param>
    public async Task<NpgsqlConnection> OpenAsync(bool isReadOnly, CancellationToken cancellationToken, int keepAliveSeconds = 0)
    {
        var text = new NpgsqlConnectionStringBuilder(isReadOnly ? ReadOnlyText : Text)
        {
            Pooling = false,
            KeepAlive = keepAliveSeconds,

            // What was known of several servers is not used: such a connection is opened seldom, and kept.
            HostRecheckSeconds = 0,
        };
        var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private string Change(Action<NpgsqlConnectionStringBuilder> change)
    {
        // Of two values of a keyword the last one holds.
        var parts = new NpgsqlConnectionStringBuilder(
            Defaults + (HasSeveralHosts ? DefaultsForSeveralHosts : "") + options.Value.ConnectionString);
        parts.ApplicationName ??= "PhysioSite";
        change(parts);
        return parts.ConnectionString;
    }
}
