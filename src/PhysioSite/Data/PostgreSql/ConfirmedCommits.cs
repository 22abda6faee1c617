using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace PhysioSite.Data.PostgreSql;

/// <summary>
/// Reports a commit as failed when a synchronous standby has not confirmed it. When the time of the command is over, Npgsql cancels it. The
/// server then ends the wait for the standby, commits on the primary alone, and warns of that, but calls it a success.
/// </summary>
internal sealed class ConfirmedCommits
    : DbCommandInterceptor, IDbConnectionInterceptor, IDbTransactionInterceptor, ISaveChangesInterceptor
{
    public static readonly ConfirmedCommits Instance = new();

    /// <summary>The function of the server that waits for standbys. Unlike the text of the warning, it has no translation.</summary>
    private const string WaitForStandby = "SyncRepWaitForLSN";

    private readonly ConditionalWeakTable<DbConnection, StrongBox<bool>> _warned = [];

    /// <summary>Whether the server warns that a commit is not confirmed.</summary>
    public static bool IsUnconfirmed(PostgresNotice warning) => warning.Routine == WaitForStandby;

    public DbConnection ConnectionCreated(ConnectionCreatedEventData eventData, DbConnection result)
    {
        var warned = _warned.GetOrCreateValue(result);
        ((NpgsqlConnection)result).Notice += (_, warning) => warned.Value |= IsUnconfirmed(warning.Notice);
        return result;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        AssertConfirmed(eventData.Context);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        AssertConfirmed(eventData.Context);
        return Task.CompletedTask;
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        AssertConfirmed(eventData.Context);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        AssertConfirmed(eventData.Context);
        return new(result);
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        AssertConfirmed(eventData.Context);
        return result;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        AssertConfirmed(eventData.Context);
        return new(result);
    }

    /// <exception cref="NpgsqlException">The last commit was not confirmed. It may be lost with the primary server.</exception>
    public void AssertConfirmed(DbContext? context)
    {
        if (context is not null && _warned.TryGetValue(context.Database.GetDbConnection(), out var warned) && warned.Value)
        {
            warned.Value = false;
            throw new NpgsqlException("The standby has not confirmed what was stored.", new TimeoutException());
        }
    }
}
