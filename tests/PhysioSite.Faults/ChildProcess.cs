using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhysioSite.Faults;

/// <summary>A child process that ends with this program at the latest, however this program ends (except by SIGKILL).</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, byte> Alive = new();

    static ChildProcess()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            foreach (var child in Alive.Keys)
            {
                child.Kill();
            }
        };
    }

    private ChildProcess(Process process)
    {
        Process = process;
    }

    public Process Process { get; }

    public static ChildProcess Start(ProcessStartInfo start)
    {
        var child = new ChildProcess(Process.Start(start)!);
        Alive.TryAdd(child, 0);
        return child;
    }

    /// <summary>Runs a short system command.</summary>
    /// <returns>Null on success, otherwise the error.</returns>
    public static string? Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.Length > 0 ? said : $"{command} ended with {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"{command}: {e.Message}";
        }
    }

    /// <summary>Sends SIGKILL: the process cannot finish pending work.</summary>
    public void Kill()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            Process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        Alive.TryRemove(this, out _);
        Process.Dispose();
    }
}
