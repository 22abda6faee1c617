using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

internal static class Chromium
{
    private const string Path = "/usr/bin/chromium";

    public static string? WhyNot =>
        File.Exists(Path) || Environment.GetEnvironmentVariable("REQUIRE_BROWSER") == "1"
            ? null
            : $"There is no {Path}. Install it with \"apt-get install chromium\" (Debian) to run the browser tests.";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        // On a busy machine, the first submission of a form can take longer than the default timeout of five seconds.
        Assertions.SetDefaultExpectTimeout(20_000);
        return playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Headless = true,
            Args =
            [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        });
    }
}
