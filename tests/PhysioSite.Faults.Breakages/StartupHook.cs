using System.Diagnostics.CodeAnalysis;

/// <summary>
/// Called by the runtime before the program when the environment variable <c>DOTNET_STARTUP_HOOKS</c> names the file of this assembly. The
/// assembly is then loaded, so that the name in <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES</c> is found although the file is not beside the
/// program.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime finds the type by this name.")]
internal static class StartupHook
{
    public static void Initialize()
    {
    }
}
