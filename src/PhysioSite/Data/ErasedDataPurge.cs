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
        if (await TryRemoveAsync(db, cancellationToken))
        {
            _isPending = false;
            if (wasPending)
            {
                LogPurged();
            }
        }
        else if (!wasPending)
        {
            LogPending();
        }
    }

    private async Task<bool> TryRemoveAsync(SiteDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            return await database.RemoveErasedDataAsync(db, cancellationToken);
        }
        catch (DbException)
        {
            // For example on a full disk. EF Core logs the exception.
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The write-ahead log is being read, for example by a backup, or the disk is full; erased data stays in it. It is tried "
            + "again each minute")]
    private partial void LogPending();

    [LoggerMessage(Level = LogLevel.Information, Message = "The erased data was removed from the write-ahead log")]
    private partial void LogPurged();
}
