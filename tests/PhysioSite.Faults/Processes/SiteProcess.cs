using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhysioSite.Faults.Processes;

/// <summary>The published site, run in a separate process.</summary>
internal sealed class SiteProcess : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(5);

    private readonly ChildProcess _child;
    private readonly StreamWriter _log;
    private readonly ConcurrentQueue<string> _errors;

    private SiteProcess(ChildProcess child, StreamWriter log, ConcurrentQueue<string> errors, Uri address)
    {
        (_child, _log, _errors, Address) = (child, log, errors, address);
    }

    public Uri Address { get; }

    /// <summary>Starts the site without waiting until it is ready.</summary>
    /// <param name="settings">Environment variables.</param>
    /// <param name="log">The file to which the output of the site is appended.</param>
    /// <param name="calls">Records the system calls of the process. Null when they are not needed.</param>
    public static SiteProcess Start(
        string dll, Uri address, IEnumerable<KeyValuePair<string, string>> settings, string log, SystemCalls? calls)
    {
        var writer = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var lines = TextWriter.Synchronized(writer);
        var printed = new ConcurrentQueue<string>();
        // From another folder, as "dotnet out/PhysioSite.dll" does.
        var start = SiteProgram.StartInfo(dll, Path.GetTempPath(), address.AbsoluteUri, "Production", settings);
        var child = ChildProcess.Start(calls?.Trace(start) ?? start, line =>
        {
            lines.WriteLine(line);
            printed.Enqueue(line);
        });
        return new SiteProcess(child, writer, printed, address);
    }

    /// <summary>Waits until the form is served.</summary>
    /// <returns>Null, or how the site ended instead.</returns>
    /// <exception cref="InvalidOperationException">The site neither ended nor served the form in time.</exception>
    public async Task<StartRefusal?> ServesAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = Address };
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < LongestStart; await Task.Delay(25, stop))
        {
            if (_child.Process.HasExited)
            {
                return new StartRefusal(await _child.ExitAsync(stop), string.Join('\n', _errors));
            }

            try
            {
                using var response = await client.GetAsync("/request-appointment", stop);
                if (response.IsSuccessStatusCode)
                {
                    return null;
                }
            }
            catch (HttpRequestException)
            {
                // The site does not accept connections yet.
            }
        }

        throw new InvalidOperationException($"The site served no form within {LongestStart.TotalSeconds} seconds of its start.");
    }

    /// <inheritdoc cref="ChildProcess.Signal"/>
    public void Signal(string name) => _child.Signal(name);

    public void Kill() => _child.Kill();

    /// <summary>Sends SIGTERM, as a service manager does.</summary>
    /// <returns>The time until exit; null when the process did not exit within <paramref name="limit"/> and was killed.</returns>
    public async Task<TimeSpan?> TerminateAsync(TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        _child.AskToStop();
        using var enough = new CancellationTokenSource(limit);
        try
        {
            await _child.ExitAsync(enough.Token);
            return watch.Elapsed;
        }
        catch (OperationCanceledException)
        {
            _child.Kill();
            return null;
        }
    }

    public void Dispose()
    {
        _child.Dispose();
        _log.Dispose();
    }
}

/// <summary>The end of a site that did not start.</summary>
/// <param name="Printed">What it printed.</param>
internal sealed record StartRefusal(int ExitCode, string Printed)
{
    /// <summary>Whether an operator can tell from it what to do: a reason in words, without a stack trace.</summary>
    /// <param name="words">One of these must be in it.</param>
    public bool Explains(params string[] words) =>
        ExitCode == 1
        && Printed.Contains("cannot start", StringComparison.Ordinal)
        && !Printed.Contains("   at ", StringComparison.Ordinal)
        && words.Any(word => Printed.Contains(word, StringComparison.OrdinalIgnoreCase));

    public string LastLine => Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "nothing";
}
