using System.Diagnostics;
using System.Net.Sockets;

namespace PhysioSite.Faults;

/// <summary>The published site, run in a separate process.</summary>
internal sealed class SiteProcess : IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    private readonly ChildProcess _child;
    private readonly StreamWriter _log;

    private SiteProcess(ChildProcess child, StreamWriter log, Uri address)
    {
        _child = child;
        _log = log;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts the site without waiting until it is ready.</summary>
    /// <param name="settings">Environment variables.</param>
    /// <param name="log">The file to which the output of the site is appended.</param>
    public static SiteProcess Start(string dll, Uri address, IEnumerable<KeyValuePair<string, string>> settings, string log)
    {
        var writer = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        // From another folder, as "dotnet out/PhysioSite.dll" does.
        var start = SiteProgram.StartInfo(dll, Path.GetTempPath(), address.AbsoluteUri, "Production", settings);
        return new SiteProcess(ChildProcess.Start(start, TextWriter.Synchronized(writer).WriteLine), writer, address);
    }

    /// <summary>Waits until the form is served.</summary>
    /// <exception cref="InvalidOperationException">The site exited, or did not serve the form in time.</exception>
    public async Task ServesAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = Address };
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < LongestStart; await Task.Delay(25, stop))
        {
            if (_child.Process.HasExited)
            {
                throw new InvalidOperationException($"The site ended at start with {_child.Process.ExitCode}; its log says why.");
            }

            try
            {
                using var response = await client.GetAsync("/request-appointment", stop);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // The site does not accept connections yet.
            }
        }

        throw new InvalidOperationException($"The site served no form within {LongestStart.TotalSeconds} seconds of its start.");
    }

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

    /// <summary>Finds an unused port on 127.0.0.1.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
