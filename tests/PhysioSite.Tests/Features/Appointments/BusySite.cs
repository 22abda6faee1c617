namespace PhysioSite.Tests.Features.Appointments;

/// <summary>A site for tests that send more forms than the rate limit allows for one address.</summary>
public class BusySite : Site
{
    public BusySite()
    {
        Settings["RateLimits:FormsPerTenMinutes"] = "100000";
    }
}
