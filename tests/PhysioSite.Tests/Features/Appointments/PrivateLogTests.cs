using System.Net;
using System.Text.Json;
using PhysioSite.Data.Providers;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>The log records what happened, but no personal data.</summary>
public sealed class PrivateLogTests : IDisposable
{
    private static readonly string ShippedSettings = Path.Combine(Repository.Root, "src", "PhysioSite", "appsettings.json");

    private readonly BusySite _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Log_OfEveryCategoryAtEveryLevel_HasNothingThePatientTyped()
    {
        using var browser = _site.Open();

        await SendInEveryWayAsync(browser);

        Assert.Contains(
            _site.Logs.Lines,
            line => line.StartsWith("Trace Microsoft.", StringComparison.Ordinal)
                || line.StartsWith("Debug Microsoft.", StringComparison.Ordinal));
        Assert.Contains(_site.Logs.Lines, line => line.Contains("A request could not be stored", StringComparison.Ordinal));
        Assert.Contains(_site.Logs.Lines, line => line.Contains("received for oakland", StringComparison.Ordinal));
        Assert.Contains(_site.Logs.Lines, line => line.Contains("DbUpdateConcurrencyException", StringComparison.Ordinal));
        Assert.DoesNotContain(_site.Logs.Lines, line => Canaries.NamedIn(line).Any());
    }

    [Fact]
    public async Task Log_AtTheLevelsWeShip_HasNeitherPrivateTokenNorZip()
    {
        foreach (var (category, level) in ShippedLevels())
        {
            _site.Settings[$"Logging:LogLevel:{category}"] = level;
        }

        using var browser = _site.Open();
        await browser.GetAsync($"/clinics?zip={Canaries.Zip}");
        await browser.GetAsync($"{RequestJourney.Path}?zip={Canaries.Zip}");

        var statusPath = await SendInEveryWayAsync(browser);
        await _site.RunSqlAsync("ALTER TABLE AppointmentRequests RENAME TO Gone");
        Assert.Equal(HttpStatusCode.InternalServerError, (await browser.GetAsync(statusPath)).Status);

        Assert.Contains(_site.Logs.Lines, line => line.Contains("received for oakland", StringComparison.Ordinal));
        Assert.Contains(_site.Logs.Lines, line => line.Contains(
            _site.Provider == DatabaseProvider.Sqlite ? "no such table" : "relation \"AppointmentRequests\" does not exist",
            StringComparison.Ordinal));

        // The framework adds the request path to every log entry as a scope. The console logger writes scopes only if IncludeScopes is set.
        Assert.DoesNotContain("IncludeScopes", File.ReadAllText(ShippedSettings), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            _site.Logs.Lines.Where(line => !line.StartsWith("Scope Microsoft.AspNetCore.Hosting.Diagnostics:", StringComparison.Ordinal)),
            line => line.Contains(statusPath.Split('/')[^1], StringComparison.Ordinal));
        Assert.DoesNotContain(_site.Logs.Lines, line => Canaries.NamedIn(line).Any());
    }

    /// <summary>Submits the form in every way, including invalid ones.</summary>
    /// <returns>The path of the patient's status page.</returns>
    private async Task<string> SendInEveryWayAsync(Browser browser)
    {
        var page = await browser.GetAsync(RequestJourney.Path);
        var mistakes = new[]
        {
            ("phone", "510-555-0177-1"),
            ("email", "quokka.mail@canary"),
            ("__RequestVerificationToken", "spoiled"),
            ("form-key", "spoiled"),
        };
        foreach (var spoiled in mistakes)
        {
            var refused = await browser.SubmitAsync(page, RequestJourney.Form, Canaries.Answers(spoiled));
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }

        await using (await _site.RefuseInsertsAsync("Outbox"))
        {
            var refused = await browser.SubmitAsync(page, RequestJourney.Form, Canaries.Answers());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        }

        var sent = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            Task.Run(() => browser.SubmitAsync(page, RequestJourney.Form, Canaries.Answers()))));
        Assert.All(sent, answer => Assert.Equal(HttpStatusCode.Redirect, answer.Status));
        await browser.SubmitAsync(page, RequestJourney.Form, Canaries.Answers(("note", "Platypusnote third")));
        await Eventually.TrueAsync(
            () => Task.FromResult(Directory.EnumerateFiles(_site.MailPath, "*.eml").Count() == 2),
            "both mails are sent");

        var receipt = await browser.GetAsync(sent[0].Location!);
        var statusPath = receipt.Page.QuerySelector("main a[href^='/requests/']")!.GetAttribute("href")!;
        var status = await browser.GetAsync(statusPath);

        // Simulates a concurrent change of the request: the update affects no rows.
        await using (await _site.IgnoreUpdatesAsync("AppointmentRequests"))
        {
            Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync(status, RequestJourney.Withdrawal, [])).Status);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync(status, RequestJourney.Withdrawal, [])).Status);
        return statusPath;
    }

    private static Dictionary<string, string> ShippedLevels()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(ShippedSettings));
        return settings.RootElement.GetProperty("Logging").GetProperty("LogLevel").Deserialize<Dictionary<string, string>>()!;
    }
}
