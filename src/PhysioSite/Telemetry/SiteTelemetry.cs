using System.Diagnostics;
using System.Reflection;

namespace PhysioSite.Telemetry;

/// <summary>
/// What the site itself measures and traces. Nothing of it may name a patient or a request: no name, address, phone number, reference or
/// private link, and nothing that somebody typed.
/// </summary>
public static class SiteTelemetry
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string Name = "PhysioSite";

    /// <summary>The slug of a clinic.</summary>
    public const string Clinic = "physiosite.clinic";

    public const string Outcome = "physiosite.outcome";

    /// <summary>The version of the program. Not for pages.</summary>
    public static string Version { get; } =
        typeof(SiteTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static ActivitySource Traces { get; } = new(Name);
}
