using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PhysioSite.Tests.Web;

/// <summary>What the log has of the health checks while a load balancer asks again and again.</summary>
public sealed class HealthStatusLogTests
{
    private const int Probes = 5;

    [Fact]
    public async Task Probes_OfAnUnhealthySite_LogOneLineAndTheRecoveryAnother()
    {
        var result = HealthCheckResult.Healthy("It works.");
        await using var site = new Site
        {
            Replace = services => services.AddHealthChecks().AddCheck("fragile", () => result, ["ready"]),
        };

        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(site));
        Assert.Empty(Lines(site));

        result = HealthCheckResult.Unhealthy("It broke.", new InvalidOperationException("cause"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ProbeAsync(site));
        result = HealthCheckResult.Degraded("It half works.");
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(site));
        result = HealthCheckResult.Healthy("It works.");
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync(site));

        Assert.Collection(
            Lines(site),
            line =>
            {
                Assert.StartsWith("Error ", line, StringComparison.Ordinal);
                Assert.Contains("fragile is now Unhealthy: It broke.", line, StringComparison.Ordinal);
                Assert.Contains("InvalidOperationException: cause", line, StringComparison.Ordinal);
            },
            line => Assert.StartsWith("Warning ", line, StringComparison.Ordinal),
            line =>
            {
                Assert.StartsWith("Information ", line, StringComparison.Ordinal);
                Assert.Contains("fragile is now Healthy", line, StringComparison.Ordinal);
            });
    }

    /// <summary>The status of the last of several equal answers.</summary>
    private static async Task<HttpStatusCode> ProbeAsync(Site site)
    {
        using var browser = site.Open();
        for (var i = 1; i < Probes; i++)
        {
            await browser.GetAsync("/healthz/ready");
        }

        return (await browser.GetAsync("/healthz/ready")).Status;
    }

    private static IEnumerable<string> Lines(Site site) =>
        site.Logs.Lines.Where(line => line.Contains("fragile", StringComparison.Ordinal));
}
