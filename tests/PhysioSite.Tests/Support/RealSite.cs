using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Support;

/// <summary>
/// Runs the built program in its own process on its own port, for tests that need a real server and a real startup. Disposal kills the
/// process, which simulates a power failure.
/// </summary>
public sealed partial class RealSite : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private bool _disposed;

    private RealSite(Process process)
    {
        _process = process;
        DataReceivedEventHandler keep = (_, line) =>
        {
            if (line.Data is not null)
            {
                _lines.Enqueue(line.Data);
            }
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>The output of the program so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts the program without waiting for it.</summary>
    /// <param name="settings">Settings with the names from appsettings.json.</param>
    public static RealSite Run(IEnumerable<KeyValuePair<string, string>> settings, string environment = "Production", params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Path.Combine(Site.Root, "src", "PhysioSite"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("DOTNET_ENVIRONMENT");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Content__Folder"] = Site.ContentPath;
        start.Environment["Spam__FastestSeconds"] = "0";
        start.Environment["Spam__SameNotes"] = "0";
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new RealSite(new Process { StartInfo = start });
    }

    /// <summary>Starts the program and waits until it listens.</summary>
    public static async Task<RealSite> StartAsync(IEnumerable<KeyValuePair<string, string>> settings, string environment = "Production")
    {
        var site = Run(settings, environment);
        try
        {
            site.Address = await Eventually.GetAsync(
                () => Task.FromResult(Listening().Match(site.Output) is { Success: true } match ? new Uri(match.Groups[1].Value) : null),
                "the program listens");
            return site;
        }
        catch (TimeoutException e)
        {
            var printed = site.Output;
            site.Dispose();
            throw new TimeoutException($"{e.Message} It printed:\n{printed}", e);
        }
    }

    public Browser Open(CookieContainer? cookies = null) => new(new HttpClient(new HttpClientHandler
    {
        AllowAutoRedirect = false,
        CookieContainer = cookies ?? new CookieContainer(),
    })
    {
        BaseAddress = Address,
    });

    /// <summary>Waits until the output of the program matches <paramref name="pattern"/>.</summary>
    public Task<Match> PrintsAsync(string pattern) => Eventually.GetAsync(
        () => Task.FromResult(Regex.Match(Output, pattern) is { Success: true } match ? match : null), $"the program prints {pattern}");

    /// <summary>Sends SIGTERM, as a service manager does.</summary>
    public void AskToStop()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until the program exits and all its output has been read.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
