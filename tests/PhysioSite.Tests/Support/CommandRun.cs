using PhysioSite.Operations;

namespace PhysioSite.Tests.Support;

/// <summary>Runs a command of the program in the test's own process.</summary>
public static class CommandRun
{
    /// <param name="services">What the command gets its services from.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunCommandAsync(this IServiceProvider services, params string[] arguments) =>
        new SiteCommands(_ => throw new InvalidOperationException("The site would start."), _ => services).RunAsync(arguments);
}
