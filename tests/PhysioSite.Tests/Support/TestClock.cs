namespace PhysioSite.Tests.Support;

/// <summary>A clock that stands where a test puts it. Timers run in real time.</summary>
public sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    /// <summary>A Tuesday morning on which every clinic but the western ones is open: 9 am in Madison.</summary>
    public static DateTimeOffset Tuesday { get; } = new(2026, 11, 17, 15, 0, 0, TimeSpan.Zero);

    public DateTime UtcNow => GetUtcNow().UtcDateTime;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref _ticks, now.UtcTicks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
