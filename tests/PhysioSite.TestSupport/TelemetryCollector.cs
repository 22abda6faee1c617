using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PhysioSite.TestSupport;

/// <summary>Collects measurements and traces while it listens, in the form that an exporter receives.</summary>
public sealed class TelemetryCollector : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    /// <param name="site">Whose measurements are collected. Null for those of the whole process, like all traces.</param>
    public TelemetryCollector(Site? site = null)
    {
        var scope = site?.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (scope is null || instrument.Meter.Scope == scope)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Record,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public IReadOnlyCollection<string> Lines => _lines;

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    /// <summary>Records the observable instruments, which are only read on demand.</summary>
    public void Observe() => _meters.RecordObservableInstruments();

    /// <returns>The value and the attributes of each measurement of an instrument, in order.</returns>
    public IReadOnlyList<string> Of(string instrument) => [.. _lines
        .Where(line => line.Split(' ') is ["Meter", _, var name, ..] && name == instrument)
        .Select(line => string.Join(' ', line.Split(' ').Skip(3)).TrimEnd())];

    private void Listen<T>()
        where T : struct =>
        _meters.SetMeasurementEventCallback<T>((instrument, value, tags, _) =>
            _lines.Enqueue($"Meter {instrument.Meter.Name} {instrument.Name} {value} {Join(tags.ToArray())}"));

    private void Record(Activity activity)
    {
        var baggage = activity.Baggage.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value));
        _lines.Enqueue(
            $"Activity {activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.StatusDescription} "
            + $"{Join(activity.TagObjects)} {Join(baggage)}");
        foreach (var happened in activity.Events)
        {
            _lines.Enqueue($"Event {happened.Name} {Join(happened.Tags)}");
        }
    }

    private static string Join(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"));
}
