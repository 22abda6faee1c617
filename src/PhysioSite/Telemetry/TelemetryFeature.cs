using System.Diagnostics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PhysioSite.Telemetry;

/// <summary>Export of measurements and traces with the OpenTelemetry protocol. docs/decisions/0031-telemetry.md has the reasons.</summary>
public static class TelemetryFeature
{
    private const string Hosting = "Microsoft.AspNetCore.Hosting";
    private const string Npgsql = "Npgsql";

    /// <summary>Without an endpoint in the settings, nothing of OpenTelemetry is added.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (!IsExported(configuration))
        {
            return services;
        }

        var problems = OpenTelemetrySettings.ProblemsOf(configuration);
        services.AddOptions<TelemetryOptions>()
            .Configure(options => options.Endpoint = configuration[TelemetryOptions.EndpointSetting]!)
            .Validate(_ => problems.Count == 0, string.Join('\n', problems))
            .ValidateOnStart();
        if (problems.Count > 0)
        {
            // OpenTelemetry reads its settings while options are validated, and would end the program before the problems are listed.
            return services;
        }

        services.AddSingleton<DistributedContextPropagator, OwnTraces>();

        // Insert first, so that it also describes requests that are refused because of their host.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, RequestTraces>());
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService("physiosite", serviceVersion: SiteTelemetry.Version)
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddMeter(SiteTelemetry.Name, Hosting, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", Npgsql)
                .AddView(KeepOfNpgsql)
                .AddOtlpExporter())
            .WithTracing(traces => traces
                .AddSource(SiteTelemetry.Name, "Microsoft.AspNetCore")
                .AddOtlpExporter());
        services.AddHostedService<LastExport>();
        return services;
    }

    /// <summary>Whether the settings name an endpoint.</summary>
    public static bool IsExported(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[TelemetryOptions.EndpointSetting]);

    /// <summary>
    /// Of Npgsql only the connections in its pools, without the name of a pool, which is how to connect. The site measures the commands of
    /// each database in the same way.
    /// </summary>
    private static MetricStreamConfiguration? KeepOfNpgsql(System.Diagnostics.Metrics.Instrument instrument) =>
        instrument.Meter.Name != Npgsql ? null
        : instrument.Name.StartsWith("db.client.connection", StringComparison.Ordinal)
            ? new MetricStreamConfiguration { TagKeys = ["db.client.connection.state"] }
            : MetricStreamConfiguration.Drop;
}
