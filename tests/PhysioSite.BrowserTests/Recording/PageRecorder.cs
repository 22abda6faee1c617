using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace PhysioSite.BrowserTests.Recording;

/// <summary>A fixture whose pages are recorded, so that a failed test leaves something to look at.</summary>
internal interface IRecordsPages
{
    public PageRecorder Pages { get; }
}

/// <summary>
/// The pages that tests open in one browser, one test at a time. What happens on them is traced. The trace and a screenshot are written
/// only if the test fails.
/// </summary>
public sealed partial class PageRecorder
{
    private const float ScreenshotLimitMilliseconds = 10_000;

    /// <summary>Enough for the name of a test with its values, and short enough for a file name.</summary>
    private const int LongestName = 180;

    private readonly List<IBrowserContext> _ofTheTest = [];
    private readonly List<IBrowserContext> _traced = [];

    /// <summary>The folder of the files, by default below the folder of the test program.</summary>
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("BROWSER_ARTIFACTS") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(AppContext.BaseDirectory, "browser-artifacts");

    /// <summary>Opens a page for one test, in a context of its own.</summary>
    public async Task<IPage> OpenAsync(IBrowser browser, BrowserNewContextOptions options)
    {
        var page = await OpenSharedAsync(browser, options);
        _ofTheTest.Add(page.Context);
        return page;
    }

    /// <summary>Opens a page for several tests. Each of them calls <see cref="UseAsync"/>.</summary>
    public async Task<IPage> OpenSharedAsync(IBrowser browser, BrowserNewContextOptions options)
    {
        var context = await browser.NewContextAsync(options);
        await context.Tracing.StartAsync(new());
        _traced.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>Starts a new trace of a shared page, for the test that uses it now.</summary>
    public async Task UseAsync(IPage shared)
    {
        if (!_traced.Contains(shared.Context))
        {
            await shared.Context.Tracing.StartChunkAsync();
            _traced.Add(shared.Context);
        }
    }

    /// <summary>Discards what was traced for a test that passed, and what an earlier run kept for it.</summary>
    public async Task DiscardAsync(string test)
    {
        foreach (var context in _traced.Except(_ofTheTest))
        {
            await context.Tracing.StopChunkAsync();
        }

        _traced.Clear();
        if (Directory.Exists(Folder))
        {
            foreach (var file in Directory.EnumerateFiles(Folder, $"{FileName(test)}-?.*"))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Keeps a screenshot of each open page and a trace of each context that the failed test used.</summary>
    public async Task KeepAsync(string test)
    {
        Directory.CreateDirectory(Folder);
        var file = Path.Combine(Folder, FileName(test));
        foreach (var (i, page) in _traced.SelectMany(context => context.Pages).Index())
        {
            await TryAsync(() => page.ScreenshotAsync(new()
            {
                Path = $"{file}-{i + 1}.png",
                FullPage = true,
                Timeout = ScreenshotLimitMilliseconds,
            }));
        }

        foreach (var (i, context) in _traced.Index())
        {
            await TryAsync(() => context.Tracing.StopChunkAsync(new() { Path = $"{file}-{i + 1}.zip" }));
        }

        _traced.Clear();
    }

    /// <summary>Closes the pages of a finished test. They would otherwise keep running during the next test.</summary>
    public async Task CloseAsync()
    {
        foreach (var context in _ofTheTest)
        {
            await context.DisposeAsync();
        }

        _ofTheTest.Clear();
    }

    /// <summary>The page may be what failed: it must not hide why the test did.</summary>
    private static async Task TryAsync(Func<Task> keep)
    {
        try
        {
            await keep();
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync($"Not kept in {Folder}: {e.Message}");
        }
    }

    private static string FileName(string test)
    {
        var name = NotInAFileName().Replace(test.Replace("PhysioSite.BrowserTests.", "", StringComparison.Ordinal), "_").Trim('_');
        return name.Length > LongestName ? name[..LongestName] : name;
    }

    [GeneratedRegex(@"[^\w.=-]+")]
    private static partial Regex NotInAFileName();
}
