using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace PhysioSite.Data.PostgreSql;

/// <summary>
/// Repeats a query or a save after a transient fault: a restart of the database, a failover, a deadlock, a conflict. It takes about as
/// long as SQLite waits for a lock; nothing is repeated after a command that has waited longer for its answer. A save whose commit was not
/// answered may be repeated: new rows have their key before they are saved and changed ones a version, so the second attempt is refused and
/// not stored twice.
/// </summary>
internal sealed class RetryingStrategy(ExecutionStrategyDependencies dependencies)
    : NpgsqlRetryingExecutionStrategy(
        dependencies,
        maxRetryCount: 5,
        maxRetryDelay: TimeSpan.FromSeconds(2),
        errorCodesToAdd: [PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown])
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Since the first attempt: a strategy is made for each operation.</summary>
    private readonly long _begun = Stopwatch.GetTimestamp();

    public override TResult Execute<TState, TResult>(
        TState state,
        Func<DbContext, TState, TResult> operation,
        Func<DbContext, TState, ExecutionResult<TResult>>? verifySucceeded)
    {
        try
        {
            return base.Execute(state, operation, verifySucceeded);
        }
        catch (RetryLimitExceededException e) when (e.InnerException is { } last)
        {
            ExceptionDispatchInfo.Throw(last);
            throw;
        }
    }

    /// <exception cref="System.Data.Common.DbException">The last fault, as if it had not been repeated.</exception>
    public override async Task<TResult> ExecuteAsync<TState, TResult>(
        TState state,
        Func<DbContext, TState, CancellationToken, Task<TResult>> operation,
        Func<DbContext, TState, CancellationToken, Task<ExecutionResult<TResult>>>? verifySucceeded,
        CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ExecuteAsync(state, operation, verifySucceeded, cancellationToken);
        }
        catch (RetryLimitExceededException e) when (e.InnerException is { } last)
        {
            ExceptionDispatchInfo.Throw(last);
            throw;
        }
    }

    protected override TimeSpan? GetNextDelay(Exception lastException) =>
        Stopwatch.GetElapsedTime(_begun) < Longest ? base.GetNextDelay(lastException) : null;

    protected override bool ShouldRetryOn(Exception? exception) =>
        base.ShouldRetryOn(exception) || (exception is not null && StorageFailure.HasNoPrimary(exception));
}
