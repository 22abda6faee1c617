using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Telemetry;

namespace PhysioSite.Data.Metrics;

/// <summary>
/// Measures the commands and commits of the database, and traces those of a request that is traced. It records the first word of a command
/// only: its text may contain values.
/// </summary>
/// <param name="system">The database, as OpenTelemetry calls it.</param>
internal sealed class DatabaseTelemetry(IMeterFactory meters, string system) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private static readonly string[] Operations =
        ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "PRAGMA", "CREATE", "ALTER", "DROP", "VACUUM", "NOTIFY"];

    private readonly Histogram<double> _duration = meters.Create(SiteTelemetry.Name).CreateHistogram(
        "db.client.operation.duration",
        "s",
        "Duration of database client operations.",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Record(command, eventData);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Record(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Record(command, eventData);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
    {
        Record(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Record(command, eventData);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Record(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) =>
        Record(OperationOf(command), eventData.StartTime, eventData.Duration, eventData.Exception);

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Record(OperationOf(command), eventData.StartTime, eventData.Duration, eventData.Exception);
        return Task.CompletedTask;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        Record("COMMIT", eventData.StartTime, eventData.Duration, null);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Record("COMMIT", eventData.StartTime, eventData.Duration, null);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) =>
        Record("COMMIT", eventData.StartTime, eventData.Duration, eventData.Exception);

    public Task TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Record("COMMIT", eventData.StartTime, eventData.Duration, eventData.Exception);
        return Task.CompletedTask;
    }

    /// <summary>Measures commands that are executed without a context.</summary>
    public async Task MeasureAsync(string operation, Func<Task> execute)
    {
        var (start, begun) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        Exception? exception = null;
        try
        {
            await execute();
        }
        catch (Exception e)
        {
            exception = e;
            throw;
        }
        finally
        {
            Record(operation, start, Stopwatch.GetElapsedTime(begun), exception);
        }
    }

    private static string OperationOf(DbCommand command)
    {
        var text = command.CommandText.AsSpan().TrimStart();
        foreach (var operation in Operations)
        {
            if (text.StartsWith(operation, StringComparison.OrdinalIgnoreCase))
            {
                return operation;
            }
        }

        return "OTHER";
    }

    private void Record(DbCommand command, CommandExecutedEventData done) =>
        Record(OperationOf(command), done.StartTime, done.Duration, null);

    private void Record(string operation, DateTimeOffset start, TimeSpan duration, Exception? exception)
    {
        var tags = new TagList { { "db.system.name", system }, { "db.operation.name", operation } };
        if (exception is not null)
        {
            tags.Add("error.type", exception.GetType().FullName);
        }

        _duration.Record(duration.TotalSeconds, tags);
        if (Activity.Current is { Recorded: true })
        {
            Trace(operation, start, duration, tags);
        }
    }

    private static void Trace(string operation, DateTimeOffset start, TimeSpan duration, TagList tags)
    {
        using var activity = SiteTelemetry.Traces.StartActivity(
            operation, ActivityKind.Client, parentContext: default, tags, links: null, start);
        activity?.SetStatus(tags.Any(tag => tag.Key == "error.type") ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        activity?.SetEndTime((start + duration).UtcDateTime);
    }
}
