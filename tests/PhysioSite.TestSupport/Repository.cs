using System.Reflection;

namespace PhysioSite.TestSupport;

/// <summary>The repository that contains the running program, and the sample content in it.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string ContentPath { get; } = Path.Combine(Root, "content");

    /// <summary>The build configuration of the running program: Debug or Release.</summary>
    public static string Configuration { get; } =
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PhysioSite.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"PhysioSite.sln is not above {AppContext.BaseDirectory}.");
        }

        return folder;
    }
}
