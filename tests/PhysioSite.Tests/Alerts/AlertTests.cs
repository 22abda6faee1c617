using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PhysioSite.Alerts;
using PhysioSite.Tests.Data.Encryption;
using PhysioSite.Web;

namespace PhysioSite.Tests.Alerts;

/// <summary>Alerts to a real webhook. The tests publish the reports that the framework otherwise publishes every 30 seconds.</summary>
public sealed class AlertTests : IAsyncLifetime, IDisposable
{
    private readonly Site _site = new();
    private WebhookServer _webhook = null!;

    public async Task InitializeAsync()
    {
        _webhook = await WebhookServer.StartAsync();
        _site.Settings["Alerts:Url"] = _webhook.Address.ToString();
    }

    public async Task DisposeAsync() => await _webhook.DisposeAsync();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Webhook_WhenNoEmailIsSentForFifteenMinutes_IsToldOnceAndToldTheEnd()
    {
        await using var server = new SmtpServer { Account = new("physiosite", "another") };
        foreach (var (key, value) in server.Settings)
        {
            _site.Settings[key] = value;
        }

        _site.Settings["Email:Smtp:User"] = "physiosite";
        _site.Settings["Email:Smtp:Password"] = "sesame";
        using var browser = _site.Open();
        await browser.AskAsync();
        await Eventually.TrueAsync(async () => await _site.ReadinessAsync("email") == "Degraded", "a pause");

        _site.Clock.Advance(TimeSpan.FromMinutes(14));
        await PublishAsync();
        Assert.Empty(_webhook.Texts);

        _site.Clock.Advance(TimeSpan.FromMinutes(2));
        await PublishAsync();
        await PublishAsync();

        var alert = Assert.Single(_webhook.Texts);
        Assert.StartsWith("Problem: email of www.physiosite.example. No email can be sent.", alert, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", alert, StringComparison.Ordinal);
        Assert.DoesNotContain("physiosite.example/", alert, StringComparison.Ordinal);

        server.Account = new("physiosite", "sesame");
        await Eventually.TrueAsync(
            async () =>
            {
                _site.Clock.Advance(TimeSpan.FromMinutes(1));
                return server.Received.Count == 1 && await _site.ReadinessAsync("email") == "Healthy";
            },
            "email that is sent");
        await PublishAsync();

        Assert.Equal("Resolved: email of www.physiosite.example.", _webhook.Texts[^1]);
        Assert.Equal(2, _webhook.Texts.Count);
    }

    /// <summary>The server of one patient does not answer for hours; that is no reason to wake somebody.</summary>
    [Fact]
    public async Task Webhook_WhenOtherEmailsAreSent_IsNotTold()
    {
        await using var server = new SmtpServer
        {
            Recipients = to => to == "ada@patients.example" ? SmtpMove.Answer(451) : null,
        };
        foreach (var (key, value) in server.Settings)
        {
            _site.Settings[key] = value;
        }

        using var browser = _site.Open();
        await browser.AskAsync(("email", "ada@patients.example"));
        await Eventually.TrueAsync(() => Task.FromResult(server.Received.Count == 1), "the email to the clinic");
        _site.Clock.Advance(TimeSpan.FromMinutes(16));
        await browser.AskAsync(("email", "grace@patients.example"));
        await Eventually.TrueAsync(() => Task.FromResult(server.Received.Count == 3), "the next emails");

        await PublishAsync();

        Assert.Empty(_webhook.Texts);
    }

    [Fact]
    public async Task Webhook_WhenFormsAreRefused_IsToldWithoutWhatTheClientSent()
    {
        using var browser = _site.Open();
        using var refused = new HttpRequestMessage(HttpMethod.Post, "/request-appointment") { Content = new FormUrlEncodedContent([]) };
        refused.Headers.Add("Origin", "https://evil.example");
        refused.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await browser.Client.SendAsync(refused);

        await PublishAsync();

        var alert = Assert.Single(_webhook.Texts);
        Assert.StartsWith("Problem: forms of www.physiosite.example. 1 forms", alert, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_ForAnUnhealthyCheck_IsToldAtMostEveryFifteenMinutesAndRemindedDaily()
    {
        await PublishAsync(HealthStatus.Unhealthy);
        await PublishAsync(HealthStatus.Degraded);
        await PublishAsync(HealthStatus.Unhealthy);
        await PublishAsync(HealthStatus.Healthy);
        Assert.Equal(["Problem", "Resolved"], Kinds());

        _site.Clock.Advance(TimeSpan.FromMinutes(15));
        await PublishAsync(HealthStatus.Unhealthy);
        _site.Clock.Advance(TimeSpan.FromHours(23));
        await PublishAsync(HealthStatus.Unhealthy);
        Assert.Equal(["Problem", "Resolved", "Problem"], Kinds());

        _site.Clock.Advance(TimeSpan.FromHours(1));
        await PublishAsync(HealthStatus.Unhealthy);
        Assert.Equal("Still a problem: disk of www.physiosite.example. It is broken.", _webhook.Texts[^1]);

        IEnumerable<string> Kinds() => _webhook.Texts.Select(text => text.Split(':')[0]);
    }

    [Fact]
    public async Task Alert_ThatTheWebhookDoesNotAccept_IsRetriedLessAndLessOften()
    {
        _webhook.Status = 503;
        await PublishAsync(HealthStatus.Unhealthy);
        await PublishAsync(HealthStatus.Unhealthy);
        Assert.Equal(1, _webhook.Tries);
        Assert.Contains(_site.Logs.Lines, line => line.Contains("The webhook answered 503.", StringComparison.Ordinal));
        Assert.DoesNotContain(_site.Logs.Lines, line => line.Contains(_webhook.Address.AbsolutePath, StringComparison.Ordinal));

        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        await PublishAsync(HealthStatus.Unhealthy);
        _site.Clock.Advance(TimeSpan.FromMinutes(4));
        await PublishAsync(HealthStatus.Unhealthy);
        Assert.Equal(2, _webhook.Tries);

        _webhook.Status = 200;
        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        await PublishAsync(HealthStatus.Unhealthy);
        Assert.Single(_webhook.Texts);
    }

    /// <summary>The reports come from the framework's own background service.</summary>
    [Fact]
    public async Task Site_WithAWebhook_RunsItsChecksByItself()
    {
        _site.Replace = services =>
        {
            services.AddHealthChecks().AddCheck("disk", () => HealthCheckResult.Unhealthy("It is broken."), [HealthChecks.Ready]);
            services.Configure<HealthCheckPublisherOptions>(options => options.Delay = TimeSpan.Zero);
        };
        _ = _site.Services;

        await Eventually.TrueAsync(() => Task.FromResult(_webhook.Texts.Count == 1), "an alert");
    }

    [Theory]
    [InlineData("hooks.example.org")]
    [InlineData("http://hooks.example.org/a")]
    [InlineData("file:///etc/passwd")]
    public void Settings_WithAnotherAddress_AreRefused(string url)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Alerts:Url", url)]).Build();
        using var services = new ServiceCollection().AddAlerts(configuration).BuildServiceProvider();

        var thrown = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("Alerts:Url must be", thrown.Message, StringComparison.Ordinal);
    }

    private async Task PublishAsync()
    {
        var checks = _site.Services.GetRequiredService<HealthCheckService>();
        await PublishAsync(await checks.CheckHealthAsync(check => check.Tags.Contains(HealthChecks.Ready)));
    }

    private Task PublishAsync(HealthStatus status) => PublishAsync(new HealthReport(
        new Dictionary<string, HealthReportEntry> { ["disk"] = new(status, "It is broken.", TimeSpan.Zero, null, null) }, TimeSpan.Zero));

    private Task PublishAsync(HealthReport report) =>
        _site.Services.GetRequiredService<IHealthCheckPublisher>().PublishAsync(report, CancellationToken.None);
}
