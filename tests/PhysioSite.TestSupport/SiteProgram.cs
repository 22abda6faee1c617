using System.Diagnostics;

namespace PhysioSite.TestSupport;

/// <summary>How the program of the site is started as a process of its own.</summary>
public static class SiteProgram
{
    /// <summary>The dotnet host that runs this program.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The program as it was built with the tests.</summary>
    public static string Built { get; } =
        Path.Combine(Repository.Root, "src", "PhysioSite", "bin", Repository.Configuration, "net10.0", "PhysioSite.dll");

    /// <param name="program">The path of PhysioSite.dll.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="address">The address that the site listens on.</param>
    /// <param name="settings">Environment variables, and settings with the names from appsettings.json.</param>
    public static ProcessStartInfo StartInfo(
        string program,
        string folder,
        string address,
        string environment,
        IEnumerable<KeyValuePair<string, string>> settings,
        params string[] arguments)
    {
        var start = new ProcessStartInfo(Dotnet, [program, .. arguments]) { WorkingDirectory = folder };
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        start.Environment["ASPNETCORE_URLS"] = address;
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }
}
