using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// Publishes the site as an operator would, in the build configuration of this program. It is not compiled ahead of time, which takes two
/// minutes and changes only its speed.
/// </summary>
internal static class SitePublisher
{
    /// <returns>The path of the published PhysioSite.dll.</returns>
    /// <exception cref="InvalidOperationException">Publishing failed; the message is the output of dotnet.</exception>
    public static async Task<string> PublishAsync(string folder, CancellationToken stop)
    {
        // A build server would inherit the output and keep it open after the publishing has ended.
        string[] arguments =
        [
            "publish", Path.Combine(Repository.Root, "src", "PhysioSite"),
            "-c", Repository.Configuration,
            "-o", folder,
            "-p:PublishReadyToRun=false",
            "-nologo",
            "-v", "quiet",
            "--disable-build-servers",
        ];
        var output = new ConcurrentQueue<string>();
        using var publishing = ChildProcess.Start(new ProcessStartInfo(SiteProgram.Dotnet, arguments), output.Enqueue);
        return await publishing.ExitAsync(stop) == 0
            ? Path.Combine(folder, "PhysioSite.dll")
            : throw new InvalidOperationException($"The site cannot be published:\n{string.Join('\n', output)}");
    }
}
