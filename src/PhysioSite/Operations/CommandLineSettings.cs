using System.Text.RegularExpressions;

namespace PhysioSite.Operations;

/// <summary>
/// Separates configuration settings from the command on a command line. Settings use the ASP.NET Core syntax: <c>--Data:Folder x</c>,
/// <c>--Data:Folder=x</c>, <c>Data:Folder=x</c> or <c>/Data:Folder=x</c>, before or after the name of the command.
/// </summary>
internal static partial class CommandLineSettings
{
    /// <summary>ASP.NET Core settings that are not in a section. Source: WebHostDefaults and docs/configuration.md.</summary>
    private static readonly HashSet<string> WithoutSection = new(StringComparer.OrdinalIgnoreCase)
    {
        WebHostDefaults.ServerUrlsKey,
        WebHostDefaults.HttpPortsKey,
        WebHostDefaults.HttpsPortsKey,
        WebHostDefaults.ApplicationKey,
        WebHostDefaults.EnvironmentKey,
        WebHostDefaults.ContentRootKey,
        WebHostDefaults.WebRootKey,
        WebHostDefaults.DetailedErrorsKey,
        WebHostDefaults.CaptureStartupErrorsKey,
        WebHostDefaults.PreferHostingUrlsKey,
        WebHostDefaults.ShutdownTimeoutKey,
        WebHostDefaults.HostingStartupAssembliesKey,
        WebHostDefaults.HostingStartupExcludeAssembliesKey,
        WebHostDefaults.PreventHostingStartupKey,
        WebHostDefaults.SuppressStatusMessagesKey,
        WebHostDefaults.StaticWebAssetsKey,
        "AllowedHosts",
        "ReloadStaticAssetsAtRuntime",
    };

    /// <returns>The configuration settings, and the command with its arguments.</returns>
    public static (string[] Settings, string[] Command) Split(IReadOnlyList<string> arguments)
    {
        var (settings, command) = (new List<string>(), new List<string>());
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                command.AddRange(arguments.Skip(i));
                break;
            }

            if (Assignment().Match(arguments[i]) is { Success: true } pair && IsSetting(pair.Groups["key"].Value))
            {
                settings.Add(arguments[i]);
            }
            else if (Switch().Match(arguments[i]) is { Success: true } name && IsSetting(name.Groups["key"].Value)
                && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings.AddRange([arguments[i], arguments[++i]]);
            }
            else
            {
                command.Add(arguments[i]);
            }
        }

        // Without a command, any name may be assigned: a test host also passes the name of a section without a value.
        return command.TrueForAll(argument => Assignment().IsMatch(argument)) ? ([.. arguments], []) : ([.. settings], [.. command]);
    }

    private static bool IsSetting(string key) => key.Contains(':', StringComparison.Ordinal) || WithoutSection.Contains(key);

    [GeneratedRegex("^(?:--|/)?(?<key>[A-Za-z_][A-Za-z0-9_.:-]*)=")]
    private static partial Regex Assignment();

    [GeneratedRegex("^--(?<key>[A-Za-z_][A-Za-z0-9_.:-]*)$")]
    private static partial Regex Switch();
}
