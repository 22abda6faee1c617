namespace PhysioSite.Telemetry;

public sealed class TelemetryOptions
{
    /// <summary>
    /// The setting that turns the export on. It and the other settings of OpenTelemetry have the names of its specification, and may be in
    /// every source of settings.
    /// </summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Where measurements and traces are sent. Empty: nowhere.</summary>
    public string Endpoint { get; set; } = "";

    public bool IsExported => Endpoint.Length > 0;
}
