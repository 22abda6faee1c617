using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace PhysioSite.Faults.Processes;

/// <summary>One of several instances of the site, which can be ended and started again at the same address.</summary>
/// <param name="program">The path of PhysioSite.dll, which may be replaced between two starts.</param>
/// <param name="log">The file to which its output is appended.</param>
/// <param name="settings">The environment variables at a start.</param>
internal sealed class SiteInstance(string program, string log, Func<IEnumerable<KeyValuePair<string, string>>> settings) : IDisposable
{
    private SiteProcess? _process;
    private Stopwatch _watch = new();

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Next()}");

    public string Log => log;

    /// <summary>Starts it without waiting until it answers.</summary>
    public void Start()
    {
        _process?.Dispose();
        _watch = Stopwatch.StartNew();
        _process = SiteProcess.Start(program, Address, settings(), log, calls: null);
    }

    /// <returns>The time from the start until it served the form.</returns>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    public async Task<TimeSpan> ServesAsync(CancellationToken stop) => await _process!.ServesAsync(stop) is { } refusal
        ? throw new InvalidOperationException($"An instance ended at start with {refusal.ExitCode}: {refusal.LastLine}")
        : _watch.Elapsed;

    /// <summary>The version that runs, as its readiness report has it.</summary>
    public async Task<string> VersionAsync(CancellationToken stop)
    {
        using var client = new HttpClient();
        using var report = JsonDocument.Parse(await client.GetStringAsync(new Uri(Address, "/healthz/ready"), stop));
        return report.RootElement.GetProperty("version").GetString()!;
    }

    /// <summary>Whether a load balancer would send requests to it.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(Address, "/healthz/ready"), stop);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Runs a command of the program beside the instance.</summary>
    /// <returns>The last word that it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> RunAsync(string command, CancellationToken stop)
    {
        var printed = new ConcurrentQueue<string>();
        var start = SiteProgram.StartInfo(program, Path.GetTempPath(), Address.AbsoluteUri, "Production", settings(), command);
        using var child = ChildProcess.Start(start, printed.Enqueue);
        var code = await child.ExitAsync(stop);
        var words = string.Join('\n', printed).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return code == 0 && words.Length > 0
            ? words[^1]
            : throw new InvalidOperationException($"The command {command} failed: {string.Join('\n', printed)}");
    }

    /// <summary>Stops it where it is, as if its machine had hung.</summary>
    public void Suspend() => _process!.Signal("STOP");

    /// <summary>Lets it go on after <see cref="Suspend"/>.</summary>
    public void Resume() => _process!.Signal("CONT");

    public void Kill() => _process!.Kill();

    /// <inheritdoc cref="SiteProcess.TerminateAsync"/>
    public Task<TimeSpan?> TerminateAsync(TimeSpan limit) => _process!.TerminateAsync(limit);

    public void Dispose() => _process?.Dispose();
}
