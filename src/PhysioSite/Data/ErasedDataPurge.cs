using System.Data.Common;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data;

/// <summary>
/// Removes the bytes of erased rows from the files that the database keeps beside its tables. A reader, for example a backup, can prevent
/// that; it is then retried until it succeeds.
/// </summary>
public sealed partial class ErasedDataPurge(IDatabaseMaintenance database, ILogger<ErasedDataPurge> log)
{
    private volatile bool _isPending;

    /// <summary>Whether bytes of erased rows are still in the files.</summary>
    public bool IsPending => _isPending;

    public async Task RunAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        var wasPending = _isPending;
        _isPending = true;
        try
        {
            if (await database.RemoveErasedDataAsync(db, cancellationToken))
            {
                _isPending = false;
                if (wasPending)
                {
                    LogPurged();
                }
            }
            else if (!wasPending)
            {
                LogPending(null, "it is being read, for example by a backup");
            }
        }
        catch (DbException e)
        {
            // For example on a full disk.
            if (!wasPending)
            {
                var failure = StorageFailure.ForLog(e);
                LogPending(failure.Exception, failure.Reason);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Erased data stays in the write-ahead log: {Reason}. It is tried again each minute")]
    private partial void LogPending(Exception? exception, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The erased data was removed from the write-ahead log")]
    private partial void LogPurged();
}
