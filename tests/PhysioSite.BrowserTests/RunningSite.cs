using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>The site as a separate process on a free local port, with its own data folder, and a browser.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes of it through IAsyncLifetime.")]
public sealed partial class RunningSite : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-browser-").FullName;
    private readonly List<string> _output = [];
    private readonly List<IBrowserContext> _contexts = [];
    private Process? _process;
    private IPlaywright? _playwright;
    private IPage? _sharedPage;

    public Uri Address { get; private set; } = null!;

    /// <summary>The one-time link that the site prints at startup.</summary>
    public Uri AdministratorLink { get; private set; } = null!;

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>Whether <see cref="AdministratorLink"/> has been used.</summary>
    public bool HasAdministrator { get; set; }

    public string MailPath => Path.Combine(_folder, "mail");

    /// <summary>Opens a page in a new browser context.</summary>
    public Task<IPage> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, bool script = true) => OpenAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = width, Height = 900 },
        ColorScheme = scheme,
        JavaScriptEnabled = script,
    });

    public async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        options.BaseURL = Address.ToString();
        var context = await Browser.NewContextAsync(options);
        _contexts.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>
    /// One page for read-only tests. The axe script (half a megabyte) is compiled once for this page, and again for every other page.
    /// </summary>
    public async Task<IPage> SharedPageAsync()
    {
        if (_sharedPage is null)
        {
            _sharedPage = await OpenAsync();
            _contexts.Remove(_sharedPage.Context);
        }

        return _sharedPage;
    }

    /// <summary>Closes the pages of a finished test. They would otherwise keep running during the next test.</summary>
    public async Task CloseAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }

        _contexts.Clear();
    }

    public async Task InitializeAsync()
    {
        // xunit creates the fixture even if all tests of the class are skipped.
        if (Chromium.WhyNot is not null)
        {
            return;
        }

        await StartSiteAsync();
        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartSiteAsync()
    {
        var root = FindRoot();
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var start = new ProcessStartInfo("dotnet", Path.Combine(root, "src/PhysioSite/bin", configuration, "net10.0/PhysioSite.dll"))
        {
            WorkingDirectory = Path.Combine(root, "src/PhysioSite"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Data__Folder"] = _folder;
        start.Environment["Content__Folder"] = Path.Combine(root, "content");
        start.Environment["RateLimits__FormsPerTenMinutes"] = "1000";
        start.Environment["Spam__FastestSeconds"] = "0";
        start.Environment["Spam__SameNotes"] = "0";

        var started = new TaskCompletionSource();
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => started.TrySetException(new InvalidOperationException("The site did not start:\n" + Output()));
        _process.OutputDataReceived += (_, line) => Read(line.Data, started);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, started);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await started.Task.WaitAsync(StartLimit);
    }

    private void Read(string? line, TaskCompletionSource started)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Add(line);
        }

        if (AddressLine().Match(line) is { Success: true } address)
        {
            Address = new Uri(address.Groups[1].Value);
        }

        if (LinkLine().Match(line) is { Success: true } link)
        {
            AdministratorLink = new Uri(link.Value);
            started.TrySetResult();
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return string.Join('\n', _output);
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PhysioSite.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("PhysioSite.sln is not above the test's folder.");
        }

        return folder;
    }

    [GeneratedRegex(@"PhysioSite\s+(http://\S+)")]
    private static partial Regex AddressLine();

    [GeneratedRegex(@"http://\S+/staff/first-administrator\?code=\S+")]
    private static partial Regex LinkLine();
}

[CollectionDefinition(Name)]
public sealed class SharedSite : ICollectionFixture<RunningSite>
{
    public const string Name = "running site";
}
