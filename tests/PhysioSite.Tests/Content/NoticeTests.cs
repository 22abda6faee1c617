using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;

namespace PhysioSite.Tests.Content;

/// <summary>Notices of the group, above every page for a limited time.</summary>
public sealed class NoticeTests : IDisposable
{
    private const string English =
        "\nnotices:\n  - id: storm\n    from: 2026-11-18T06:00-06:00\n    to: 2026-11-18T18:30-06:00\n"
        + "    text: \"Snow: we see you by video.\"\n";

    private const string Spanish = "\nnotices:\n  - id: storm\n    text: \"Nieve: le atendemos por video.\"\n";

    private static readonly DateTimeOffset From = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2026, 11, 19, 0, 30, 0, TimeSpan.Zero);

    private readonly ContentCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task Notice_OfSiteYml_IsAboveEveryPageFromItsStartToItsEndInBothLanguages()
    {
        _copy.Append("site.yml", English);
        _copy.Append("es/site.yml", Spanish);
        using var site = new Site { Settings = { ["Content:Folder"] = _copy.Folder } };
        using var browser = site.Open();

        foreach (var (path, text) in new[]
        {
            ("/", "Snow: we see you by video."), ("/articles", "Snow: we see you by video."), ("/es/", "Nieve: le atendemos por video."),
            ("/request-appointment", "Snow: we see you by video."), ("/no-such-page", "Snow: we see you by video."),
        })
        {
            Assert.Null(await NoticeAsync(path, From.AddSeconds(-1)));
            Assert.Equal(text, await NoticeAsync(path, From));
            Assert.Equal(text, await NoticeAsync(path, To.AddSeconds(-1)));
            Assert.Null(await NoticeAsync(path, To));
        }

        async Task<string?> NoticeAsync(string path, DateTimeOffset now)
        {
            site.Clock.Set(now);
            return (await browser.GetAsync(path)).Page.QuerySelector("body > .site-notice")?.TextContent.Trim();
        }
    }

    [Fact]
    public void Notices_WithMistakes_AreReported()
    {
        _copy.Append("site.yml", English.Replace("to: 2026-11-18T18:30-06:00", "to: 2026-11-18T05:00-06:00", StringComparison.Ordinal)
            + "  - id: closed\n    from: tomorrow\n    to: 2026-12-01T00:00-06:00\n    text: Closed\n");

        var problems = Assert.Throws<ContentException>(
            () => new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance)).Message;

        Assert.Contains("The notice \"storm\" ends before it begins.", problems, StringComparison.Ordinal);
        Assert.Contains("\"notices[2].from\" is \"tomorrow\"", problems, StringComparison.Ordinal);
        Assert.Contains("es/site.yml", problems, StringComparison.Ordinal);
        Assert.Contains("Translate the text of each of the \"notices\"", problems, StringComparison.Ordinal);
    }
}
