using System.Data.Common;

namespace PhysioSite.Data.Encryption;

/// <summary>
/// Reads every encrypted value one minute after startup and then once a day, so that damage is detected before the data is needed. The
/// check is read-only and reads a few hundred values per batch.
/// </summary>
internal sealed partial class EncryptedColumnsCheck(
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<EncryptedColumnsCheck> log) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    /// <summary>Gives other work of the site priority. A check of 200,000 values takes about half a minute.</summary>
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(First, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await CheckAsync(stoppingToken);
                timer.Period = Interval;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The site is stopping.
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
            var (read, unreadable) = (0, 0);
            foreach (var column in EncryptedColumn.All(db.Model))
            {
                var after = Guid.Empty;
                while (await column.ReadAsync(db, after, Batch, cancellationToken) is { Count: > 0 } batch)
                {
                    read += batch.Count;
                    unreadable += batch.Count(value => !column.CanRead(value.Text, db.Encryption, column.Cell(value.Id)));
                    after = batch[^1].Id;
                    await Task.Delay(BetweenBatches, time, cancellationToken);
                }
            }

            LogChecked(read, unreadable);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            var failure = StorageFailure.ForLog(e);
            LogNotChecked(failure.Exception, failure.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Checked {Read} encrypted values; {Unreadable} cannot be read")]
    private partial void LogChecked(int read, int unreadable);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "The encrypted values could not be checked; they are checked again tomorrow: {Reason}")]
    private partial void LogNotChecked(Exception? exception, string reason);
}
