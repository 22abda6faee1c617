using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace PhysioSite.TestSupport;

/// <summary>A child process that ends with this program at the latest, however this program ends (except by SIGKILL).</summary>
public sealed class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, byte> Alive = new();

    private bool _disposed;

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

    /// <summary>Starts a process whose output and errors go to <paramref name="read"/>, line by line, on several threads.</summary>
    public static ChildProcess Start(ProcessStartInfo start, Action<string> read)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var child = new ChildProcess(new Process { StartInfo = start });
        DataReceivedEventHandler pass = (_, line) =>
        {
            if (line.Data is not null)
            {
                read(line.Data);
            }
        };
        child.Process.OutputDataReceived += pass;
        child.Process.ErrorDataReceived += pass;
        child.Process.Start();
        Alive.TryAdd(child, 0);
        child.Process.BeginOutputReadLine();
        child.Process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a short system command.</summary>
    /// <returns>Null on success, otherwise the error.</returns>
    public static string? Run(string command, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.Length > 0 ? said : $"{command} ended with {process.ExitCode}";
        }
        catch (Win32Exception e)
        {
            return $"{command}: {e.Message}";
        }
    }

    /// <summary>Sends SIGTERM, as a service manager does.</summary>
    public void AskToStop() => Signal("TERM");

    /// <param name="name">The name of the signal without SIG.</param>
    public void Signal(string name) => Run("kill", "-" + name, Process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until the process has exited and all its output has been read.</summary>
    /// <exception cref="OperationCanceledException">The process did not exit in time.</exception>
    public async Task<int> ExitAsync(CancellationToken stop)
    {
        await Process.WaitForExitAsync(stop);
        return Process.ExitCode;
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
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Kill();
        Alive.TryRemove(this, out _);
        Process.Dispose();
    }
}
