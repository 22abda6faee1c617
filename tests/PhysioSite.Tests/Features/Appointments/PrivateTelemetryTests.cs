using System.Net;
using PhysioSite.Tests.Email;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>
/// Metrics and traces record counts and durations, but no personal data: neither the answers nor the URL that opens a request.
/// </summary>
public sealed class PrivateTelemetryTests
{
    [Fact]
    public async Task Telemetry_OfARequestFromFormToDesk_NamesNobodyAndNoToken()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var site = new StaffedSite();
        foreach (var (key, value) in receiver.Settings)
        {
            site.Settings[key] = value;
        }

        await site.InitializeAsync();
        using var telemetry = new TelemetryCollector();
        using var browser = site.Open();

        await browser.SubmitAsync(
            await browser.GetAsync(RequestJourney.Path),
            RequestJourney.Form,
            Canaries.Answers(("phone", "510-555-0177-1")));
        var page = await browser.GetAsync(RequestJourney.Path);
        await using (await site.RefuseInsertsAsync("Outbox"))
        {
            var refused = await browser.SubmitAsync(page, RequestJourney.Form, Canaries.Answers());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        }

        var receipt = await browser.AskAsync([.. Canaries.Answers().Select(pair => (pair.Key, pair.Value))]);
        await browser.SubmitAsync(await browser.GetAsync(receipt.StatusPath), RequestJourney.Withdrawal, []);
        await site.ReadMailsAsync(receipt.Reference);
        await site.Desk.GetAsync("/staff?state=all");
        await site.Desk.GetAsync($"/staff/requests/{receipt.Reference}");
        await site.Desk.GetAsync("/staff/export?state=all");
        using var anyone = site.Open();
        await anyone.GetAsync("/staff/set-password?person=00000000-0000-0000-0000-000000000001&code=Quokkacode");
        await anyone.GetAsync("/staff/first-administrator?code=Quokkacode");
        await anyone.GetAsync($"/clinics?zip={Canaries.Zip}");
        await anyone.GetAsync("/search?q=quokka");
        telemetry.Observe();
        site.Desk.Dispose();

        // A site that stops exports what is left.
        site.Stop();

        var lines = telemetry.Lines;
        Assert.Contains(
            lines,
            line => line.StartsWith("Meter Microsoft.AspNetCore.Hosting http.server.request.duration", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Activity Microsoft.AspNetCore", StringComparison.Ordinal));
        var token = receipt.StatusPath.Split('/')[^1];
        Assert.DoesNotContain(lines, line => line.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => Canaries.NamedIn(line).Any());
        Assert.Contains("physiosite.appointment.forms", receiver.Metrics, StringComparison.Ordinal);
        Assert.Contains("POST request-appointment", receiver.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain(token, receiver.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(receipt.Reference, receiver.Everything, StringComparison.Ordinal);
        Assert.Empty(Canaries.NamedIn(receiver.Everything));
    }
}
