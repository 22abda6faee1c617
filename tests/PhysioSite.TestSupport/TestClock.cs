using System.Collections.Concurrent;

namespace PhysioSite.TestSupport;

/// <summary>
/// A clock that only a test changes. Timers of less than one minute run in real time. Longer timers do not run until a test fires them.
/// </summary>
public sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    private readonly ConcurrentDictionary<LongTimer, bool> _longTimers = new();
    private long _ticks = start.UtcTicks;

    /// <summary>9 am in Madison on a Tuesday. All clinics are open except the western ones.</summary>
    public static DateTimeOffset Tuesday { get; } = new(2026, 11, 17, 15, 0, 0, TimeSpan.Zero);

    public DateTime UtcNow => GetUtcNow().UtcDateTime;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref _ticks, now.UtcTicks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.FromMinutes(1))
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new LongTimer(this, callback, state);
        _longTimers.TryAdd(timer, true);
        return timer;
    }

    /// <summary>Fires every longer timer once.</summary>
    public void FireTimers()
    {
        foreach (var timer in _longTimers.Keys)
        {
            timer.Fire();
        }
    }

    private sealed class LongTimer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock._longTimers.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
