namespace PhysioSite.Email.Outbox;

/// <summary>
/// For how long this instance has reached the database without an interruption, according to the queries of its own that succeeded. An
/// instance that makes no queries cannot tell, so that a pause between them counts as an interruption.
/// </summary>
internal sealed class DatabaseReachability(TimeProvider time)
{
    /// <summary>Longer than the time between two queries of the worker.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private (long Since, long Last)? _queries;

    public TimeSpan Duration
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                return time.GetElapsedTime(Since(now), now);
            }
        }
    }

    public void NoteSuccess()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _queries = (Since(now), now);
        }
    }

    private long Since(long now) =>
        _queries is { } queries && time.GetElapsedTime(queries.Last, now) <= LongestPause ? queries.Since : now;
}
