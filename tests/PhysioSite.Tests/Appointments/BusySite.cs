using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Appointments;

/// <summary>A site whose tests send more forms than one address may.</summary>
public class BusySite : Site
{
    public BusySite()
    {
        Settings["RateLimits:FormsPerTenMinutes"] = "100000";
    }
}
