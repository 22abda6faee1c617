using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;

namespace PhysioSite.TestSupport;

/// <summary>
/// Runs the built program in its own process on its own port, for tests that need a real server and a real startup. Disposal kills the
/// process, which simulates a power failure.
/// </summary>
public sealed partial class RealSite : IDisposable
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ChildProcess _child;

    private RealSite(System.Diagnostics.ProcessStartInfo start)
    {
        _child = ChildProcess.Start(start, _lines.Enqueue);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>The output of the program so far.</summary>
    public string Output => string.Join('\n', _lines);

    public int ProcessId => _child.Process.Id;

    public bool HasExited => _child.Process.HasExited;

    /// <summary>Starts the program without waiting for it.</summary>
    /// <param name="settings">Settings with the names from appsettings.json.</param>
    public static RealSite Run(
        IEnumerable<KeyValuePair<string, string>> settings, string environment = "Production", params string[] arguments) =>
        new(SiteProgram.StartInfo(
            SiteProgram.Built,
            Path.Combine(Repository.Root, "src", "PhysioSite"),
            "http://127.0.0.1:0",
            environment,
            [.. Defaults, .. settings],
            arguments));

    /// <summary>Starts the program and waits until it listens.</summary>
    public static async Task<RealSite> StartAsync(IEnumerable<KeyValuePair<string, string>> settings, string environment = "Production")
    {
        var site = Run(settings, environment);
        try
        {
            site.Address = await Eventually.GetAsync(site.FindAddressAsync, "the program listens");
            return site;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            var printed = site.Output;
            site.Dispose();
            throw new InvalidOperationException($"{e.Message} It printed:\n{printed}", e);
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

    /// <summary>The one-time link for the first administrator, which the program prints at startup in Development.</summary>
    public async Task<Uri> AdministratorLinkAsync() =>
        new((await PrintsAsync(@"http://127\.0\.0\.1:\d+/staff/first-administrator\?code=\S+")).Value);

    /// <summary>Sends SIGTERM, as a service manager does.</summary>
    public void AskToStop() => _child.AskToStop();

    /// <summary>Sends SIGSTOP: the program keeps its connections and does not answer.</summary>
    public void Suspend() => _child.Signal("STOP");

    /// <summary>Waits until the program exits and all its output has been read.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(LongestEnd);
        return await _child.ExitAsync(limit.Token);
    }

    public void Dispose() => _child.Dispose();

    private static IEnumerable<KeyValuePair<string, string>> Defaults =>
    [
        new("Content:Folder", Repository.ContentPath),

        // Tests submit forms immediately and repeat the same text, like spam.
        new("Spam:FastestSeconds", "0"),
        new("Spam:SameNotes", "0"),
        new("Spam:ConfirmationsPerAddress", "0"),
    ];

    private async Task<Uri?> FindAddressAsync()
    {
        var hasExited = _child.Process.HasExited;
        if (hasExited)
        {
            // Reads the rest of the output, which says why.
            await ExitAsync();
        }

        return Listening().Match(Output) is { Success: true } match
            ? new Uri(match.Groups[1].Value)
            : hasExited ? throw new InvalidOperationException("The program ended before it listened.") : null;
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
