using System.Diagnostics.CodeAnalysis;
using Microsoft.Playwright;
using PhysioSite.BrowserTests.Recording;

namespace PhysioSite.BrowserTests;

/// <summary>The site as a separate process on a free local port, with its own data folder, and a browser.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes of it through IAsyncLifetime.")]
public sealed class RunningSite : IAsyncLifetime, IRecordsPages
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-browser-").FullName;
    private RealSite? _site;
    private IPlaywright? _playwright;
    private IPage? _sharedPage;

    public Uri Address => _site!.Address;

    /// <summary>The one-time link that the site prints at startup.</summary>
    public Uri AdministratorLink { get; private set; } = null!;

    public PageRecorder Pages { get; } = new();

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>Whether <see cref="AdministratorLink"/> has been used.</summary>
    public bool HasAdministrator { get; set; }

    public string MailPath => Path.Combine(_folder, "mail");

    /// <summary>Opens a page in a new browser context.</summary>
    public Task<IPage> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, bool script = true) =>
        OpenAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            JavaScriptEnabled = script,
        });

    public Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        options.BaseURL = Address.ToString();
        return Pages.OpenAsync(Browser, options);
    }

    /// <summary>
    /// One page for read-only tests. The axe script (half a megabyte) is compiled once for this page, and again for every other page.
    /// </summary>
    public async Task<IPage> SharedPageAsync()
    {
        _sharedPage ??= await Pages.OpenSharedAsync(Browser, new BrowserNewContextOptions { BaseURL = Address.ToString() });
        await Pages.UseAsync(_sharedPage);
        return _sharedPage;
    }

    /// <inheritdoc cref="PageRecorder.CloseAsync"/>
    public Task CloseAsync() => Pages.CloseAsync();

    public async Task InitializeAsync()
    {
        // xunit creates the fixture even if all tests of the class are skipped.
        if (Chromium.WhyNot is not null)
        {
            return;
        }

        _site = await RealSite.StartAsync([new("Data:Folder", _folder), new("RateLimits:FormsPerTenMinutes", "1000")], "Development");
        AdministratorLink = await _site.AdministratorLinkAsync();
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
        _site?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition(Name)]
public sealed class SharedSite : ICollectionFixture<RunningSite>
{
    public const string Name = "running site";
}
