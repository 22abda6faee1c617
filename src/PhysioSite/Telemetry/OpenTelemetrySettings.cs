using System.Globalization;

namespace PhysioSite.Telemetry;

/// <summary>The settings of OpenTelemetry. It ignores most values that it does not understand, and uses its default.</summary>
internal static class OpenTelemetrySettings
{
    private static readonly string[] Signals = ["", "TRACES_", "METRICS_"];
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];
    private static readonly string[] Samplers =
    [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio",
    ];

    private static readonly string[] Numbers =
    [
        "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT",
        "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    ];

    /// <returns>One sentence for each setting that is not valid, without its value: headers are often secret.</returns>
    public static IReadOnlyList<string> ProblemsOf(IConfiguration configuration)
    {
        return
        [
            .. Problems(
                OfExporter("ENDPOINT"),
                value => Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https",
                "must be the address of a collector, like http://127.0.0.1:4317. Leave it out to send no measurements and traces."),
            .. Problems(OfExporter("PROTOCOL"), Protocols.Contains, "must be grpc (the default, port 4317) or http/protobuf (port 4318)."),
            .. Problems(
                OfExporter("HEADERS"),
                value => Uri.UnescapeDataString(value).Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0),
                "must be a list like name=value,other=value."),
            .. Problems(OfExporter("COMPRESSION"), value => value is "gzip" or "none", "must be gzip or none."),
            .. Problems(
                [.. OfExporter("TIMEOUT"), .. Numbers],
                value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0,
                "must be a whole number above 0. Times are in milliseconds."),
            .. Problems(
                ["OTEL_TRACES_SAMPLER"],
                value => Samplers.Contains(value, StringComparer.OrdinalIgnoreCase),
                $"must be one of {string.Join(", ", Samplers)}."),
            .. Problems(
                ["OTEL_TRACES_SAMPLER_ARG"],
                value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1,
                "must be a number from 0 to 1."),
        ];

        IEnumerable<string> Problems(IEnumerable<string> settings, Func<string, bool> isValid, string rule) => settings
            .Where(setting => configuration[setting] is { Length: > 0 } value && !isValid(value))
            .Select(setting => $"{setting} {rule}");
    }

    /// <summary>A setting of the exporter, for both and for each of traces and measurements.</summary>
    private static IEnumerable<string> OfExporter(string name) => Signals.Select(signal => $"OTEL_EXPORTER_OTLP_{signal}{name}");
}
