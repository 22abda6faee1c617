using System.Diagnostics;

namespace PhysioSite.Telemetry;

/// <summary>
/// Begins a trace of its own with each request. A client's headers <c>traceparent</c> and <c>tracestate</c> are not read: their text would
/// be exported, and they would decide which requests are traced.
/// </summary>
internal sealed class OwnTraces : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => [];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
