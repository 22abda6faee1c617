using System.Diagnostics;
using System.Reflection;

namespace PhysioSite.Faults;

/// <summary>Publishes the site as an operator would, in the build configuration of this program.</summary>
internal static class SitePublisher
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    private static string Configuration { get; } =
        typeof(SitePublisher).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Release";

    /// <returns>The path of the published PhysioSite.dll.</returns>
    /// <exception cref="InvalidOperationException">Publishing failed; the message is the output of dotnet.</exception>
    public static async Task<string> PublishAsync(string folder, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Dotnet) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["publish", Path.Combine(Root, "src", "PhysioSite"), "-c", Configuration, "-o", folder, "-nologo", "-v", "quiet"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var publishing = ChildProcess.Start(start);
        var said = publishing.Process.StandardOutput.ReadToEndAsync(stop);
        var complained = publishing.Process.StandardError.ReadToEndAsync(stop);
        await publishing.Process.WaitForExitAsync(stop);
        return publishing.Process.ExitCode == 0
            ? Path.Combine(folder, "PhysioSite.dll")
            : throw new InvalidOperationException($"The site cannot be published:\n{await said}\n{await complained}");
    }

    /// <summary>The dotnet host that runs this program.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PhysioSite.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("PhysioSite.sln is not above this program's folder.");
        }

        return folder;
    }
}
