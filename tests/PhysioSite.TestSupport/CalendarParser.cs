using System.Diagnostics;
using System.Text.Json;

namespace PhysioSite.TestSupport;

/// <summary>What an independent program reads in a calendar entry.</summary>
public sealed record ParsedCalendar(
    int Events,
    string Method,
    string[] Zones,
    string Uid,
    int Sequence,
    string Zone,
    DateTime Start,
    DateTime End,
    string Summary,
    string Location,
    string Description,
    string Status,
    string Organizer,
    string? Attendee,
    string? Url);

/// <summary>Reads calendar entries with ical.js, which shares no code with the site.</summary>
public static class CalendarParser
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "calendar");

    public static string? WhyNot { get; } = Environment.GetEnvironmentVariable("REQUIRE_CALENDAR_PARSER") == "1"
        || (Directory.Exists(Path.Combine(Folder, "node_modules", "ical.js")) && HasNode())
            ? null
            : "There is no ical.js. Install Node.js 18 or later, and run \"npm install --no-package-lock\" in tests/calendar.";

    public static async Task<ParsedCalendar> ParseAsync(string text)
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["parse.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
        return JsonSerializer.Deserialize<ParsedCalendar>(await output, JsonSerializerOptions.Web)!;
    }

    private static bool HasNode()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
