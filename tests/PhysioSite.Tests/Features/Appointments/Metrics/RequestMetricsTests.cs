using System.Net;
using PhysioSite.Tests.Email.Transports;

namespace PhysioSite.Tests.Features.Appointments.Metrics;

/// <summary>What is counted of request forms and emails. <see cref="PrivateTelemetryTests"/> checks that it names nobody.</summary>
public sealed class RequestMetricsTests : IDisposable
{
    private const string Forms = "physiosite.appointment.forms";
    private const string Madison = "physiosite.clinic=madison";

    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Form_OfEachOutcome_IsCountedWithItsClinic()
    {
        _site.Settings["RateLimits:FormsPerTenMinutes"] = "3";
        using var telemetry = new TelemetryCollector(_site);
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);

        await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("name", "")));
        await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("zip", ""), ("clinic", "<nowhere>")));
        await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("form-key", "old"), ("clinic", "phoenix")));
        await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
        await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers());
        await browser.SendAsync(("subject", "x"));
        var refused = await browser.SendAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal(
            [
                $"1 physiosite.outcome=invalid {Madison}",
                "1 physiosite.outcome=invalid",
                "1 physiosite.outcome=expired physiosite.clinic=phoenix",
                $"1 physiosite.outcome=accepted {Madison}",
                $"1 physiosite.outcome=repeated {Madison}",
                $"1 physiosite.outcome=held {Madison}",
                $"1 physiosite.outcome=limited {Madison}",
            ],
            telemetry.Of(Forms));
        telemetry.Observe();
        Assert.Contains($"1 {Madison}", telemetry.Of("physiosite.appointment.held"));
        Assert.Contains("0 physiosite.clinic=phoenix", telemetry.Of("physiosite.appointment.held"));
    }

    [Fact]
    public void Site_ThatStops_DoesNotReadItsDatabaseForTheLastExport()
    {
        _ = _site.Services;
        using var telemetry = new TelemetryCollector(_site);
        telemetry.Observe();
        var before = telemetry.Of("physiosite.email.unsent").Count;

        _site.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        telemetry.Observe();

        Assert.Equal(2, before);
        Assert.Equal(before, telemetry.Of("physiosite.email.unsent").Count);
    }

    [Fact]
    public async Task DueTime_ThatPasses_IsCountedOnceAndTheRequestIsOverdue()
    {
        _ = _site.Services;
        using var telemetry = new TelemetryCollector(_site);
        using var browser = _site.Open();
        await browser.AskAsync();

        await _site.RunJobsAtAsync(TestClock.Tuesday + TimeSpan.FromHours(7));
        telemetry.Observe();
        Assert.Empty(telemetry.Of("physiosite.appointment.due_time.misses"));
        Assert.DoesNotContain($"1 {Madison}", telemetry.Of("physiosite.appointment.overdue"));
        await _site.RunJobsAtAsync(TestClock.Tuesday + TimeSpan.FromHours(9));
        await _site.RunJobsAtAsync(TestClock.Tuesday + TimeSpan.FromDays(2));
        telemetry.Observe();

        Assert.Equal([$"1 {Madison}"], telemetry.Of("physiosite.appointment.due_time.misses"));
        Assert.Contains($"1 {Madison}", telemetry.Of("physiosite.appointment.overdue"));
    }

    [Fact]
    public async Task Emails_ThatWait_AreCountedWithTheAgeOfTheOldest()
    {
        using var site = new SmtpSite();
        site.MailServer.Script = stage => stage == SmtpStage.Recipient ? SmtpMove.Answer(450) : null;
        using var browser = site.Open();
        using var telemetry = new TelemetryCollector(site);
        await browser.AskAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(telemetry.Of("physiosite.email.attempts").Count > 0), "an attempt is counted");
        site.Clock.Advance(TimeSpan.FromSeconds(30));
        telemetry.Observe();

        Assert.Contains(
            "1 physiosite.email.kind=ClinicNotice physiosite.outcome=try_later", telemetry.Of("physiosite.email.attempts"));
        Assert.Equal(["30"], telemetry.Of("physiosite.email.oldest_waiting.age"));
        Assert.Contains("1 physiosite.email.state=waiting", telemetry.Of("physiosite.email.unsent"));
        Assert.Contains("0 physiosite.email.state=failed", telemetry.Of("physiosite.email.unsent"));
    }
}
