using PhysioSite.Operations;

namespace PhysioSite.Tests.Operations;

/// <summary>Runs a command of the program in the test process.</summary>
public static class CommandRun
{
    /// <param name="services">The services for the command.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunCommandAsync(this IServiceProvider services, params string[] arguments) =>
        new SiteCommands(_ => throw new InvalidOperationException("The site would start."), _ => services).RunAsync(arguments);
}
