using PhysioSite.Features.Staff;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>A site with a signed-in staff member who sees every request.</summary>
public class StaffedSite : BusySite, IAsyncLifetime
{
    public Browser Desk { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Desk = await this.SignInAsync("desk@cedarandstride.example", StaffRoles.Administrator);

    Task IAsyncLifetime.DisposeAsync()
    {
        Desk.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The values that the staff desk shows for a request, by label.</summary>
    public async Task<Dictionary<string, string>> OnTheDeskAsync(string reference)
    {
        var page = await Desk.GetAsync($"/staff/requests/{reference}");
        return page.Page.QuerySelectorAll("dl.facts > div").ToDictionary(
            fact => fact.QuerySelector("dt")!.TextContent, fact => fact.QuerySelector("dd")!.TextContent);
    }
}
