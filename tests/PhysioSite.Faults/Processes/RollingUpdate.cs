using System.Diagnostics;
using System.Globalization;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// Runs docs/deploy/roll.sh. Instead of systemd, this program restarts an instance when the script asks for it; everything else is what the
/// script does on a server.
/// </summary>
internal static class RollingUpdate
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Why the script cannot run in this environment, and what to do about it. Null when it can run.</summary>
    public static string? Missing => File.Exists("/usr/bin/curl") ? null : "install curl";

    /// <param name="folder">A folder for the files of the exchange with the script.</param>
    /// <param name="version">The folder of the new version.</param>
    /// <param name="restart">Ends an instance and starts it, without waiting until it is ready.</param>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static async Task RunAsync(
        string folder, string current, string version, IReadOnlyList<SiteInstance> instances, Func<SiteInstance, Task> restart)
    {
        var exchange = Directory.CreateDirectory(Path.Combine(folder, "roll")).FullName;
        var systemctl = Path.Combine(exchange, "systemctl");
        await File.WriteAllTextAsync(
            systemctl,
            """
            #!/bin/sh
            port=${2#physiosite@}
            touch "$EXCHANGE/restart-$port"
            while [ -e "$EXCHANGE/restart-$port" ]; do sleep 0.05; done
            """);
        if (ChildProcess.Run("chmod", "+x", systemctl) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        var ports = instances.Select(instance => instance.Address.Port.ToString(CultureInfo.InvariantCulture)).ToList();
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "docs", "deploy", "roll.sh"), version, .. ports]);
        start.Environment["PATH"] = $"{exchange}:/usr/bin:/bin";
        start.Environment["EXCHANGE"] = exchange;
        start.Environment["CURRENT"] = current;
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var script = ChildProcess.Start(start, said.Enqueue);
        using var limit = new CancellationTokenSource(Longest);
        while (!script.Process.HasExited)
        {
            foreach (var instance in instances)
            {
                var asked = Path.Combine(exchange, $"restart-{instance.Address.Port}");
                if (File.Exists(asked))
                {
                    await restart(instance);
                    File.Delete(asked);
                }
            }

            await Task.Delay(20, limit.Token);
        }

        if (await script.ExitAsync(limit.Token) != 0)
        {
            throw new InvalidOperationException($"roll.sh failed: {string.Join('\n', said)}");
        }
    }
}
