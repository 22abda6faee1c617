using PhysioSite.Data;

namespace PhysioSite.Web;

/// <summary>
/// Limits how often the same unhandled exception is logged, so that a client that causes it again and again cannot fill the disk.
/// </summary>
public sealed partial class RepeatedErrors(TimeProvider time, ILogger<RepeatedErrors> log)
{
    /// <summary>How often one exception is logged in a minute.</summary>
    private const int MostInAMinute = 5;

    /// <summary>Maximum number of different exceptions in a minute. Beyond it, further kinds count as one.</summary>
    private const int MostKinds = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = [];
    private DateTime _startUtc;

    /// <summary>Whether to log an exception with its stack trace. That the database cannot be used is logged here, in one line.</summary>
    public bool ShouldLog(Exception exception)
    {
        var now = time.GetUtcNow().UtcDateTime;
        lock (_lock)
        {
            if (now - _startUtc is var passed && (passed > Interval || passed < TimeSpan.Zero))
            {
                ReportSuppressed();
                _startUtc = now;
                _counts.Clear();
            }

            var kind = $"{exception.GetType().FullName} in {exception.TargetSite?.DeclaringType?.FullName}.{exception.TargetSite?.Name}";
            kind = _counts.ContainsKey(kind) || _counts.Count < MostKinds ? kind : "other exceptions";
            var isRare = (_counts[kind] = _counts.GetValueOrDefault(kind) + 1) <= MostInAMinute;
            if (StorageFailure.Reason(exception) is not { } reason)
            {
                return isRare;
            }

            if (isRare)
            {
                LogStorage(reason);
            }

            return false;
        }
    }

    private void ReportSuppressed()
    {
        foreach (var (kind, count) in _counts.Where(pair => pair.Value > MostInAMinute))
        {
            LogSuppressed(kind, count - MostInAMinute);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A page could not be answered: {Reason}")]
    private partial void LogStorage(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} was thrown {Count} more times and not logged each time")]
    private partial void LogSuppressed(string kind, int count);
}
