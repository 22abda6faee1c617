using System.Net;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Staff.Shared;

/// <summary>Lists show only the clinics of the staff member, and no value in the URL extends this scope.</summary>
public sealed class StaffScopeTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Theory]
    [InlineData("/staff")]
    [InlineData("/staff?state=all")]
    [InlineData("/staff?clinic=phoenix")]
    [InlineData("/staff?clinic=phoenix&state=all")]
    [InlineData("/staff?clinic=madison,phoenix")]
    [InlineData("/staff/delivery")]
    [InlineData("/staff/delivery?state=sent")]
    [InlineData("/staff/delivery?clinic=phoenix&scope=phoenix")]
    public async Task List_WithAnyFilter_ShowsOwnClinicsAlone(string path)
    {
        var (own, others) = (await site.AskAsync(("clinic", "madison")), await site.AskAsync(("clinic", "phoenix")));
        await site.SentMailsAsync(own.Reference);
        await site.SentMailsAsync(others.Reference);
        var staff = await site.Madison;
        var administrator = await site.Administrator;

        var seen = (await staff.GetAsync(path)).Text;

        Assert.Contains(own.Reference, seen, StringComparison.Ordinal);
        Assert.DoesNotContain(others.Reference, seen, StringComparison.Ordinal);
        Assert.DoesNotContain("phoenix", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(others.Reference, (await administrator.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_OfTwoClinics_SeeBoth()
    {
        var (first, second) = (await site.AskAsync(("clinic", "madison")), await site.AskAsync(("clinic", "phoenix")));
        using var staff = await site.SignInAsync(site.NewEmail(), StaffRoles.Staff, "madison", "phoenix");

        var seen = (await staff.GetAsync("/staff")).Text;

        Assert.Contains(first.Reference, seen, StringComparison.Ordinal);
        Assert.Contains(second.Reference, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_WithoutClinic_SeeNothingAndWhomToAsk()
    {
        await site.AskAsync();
        using var staff = await site.SignInAsync(site.NewEmail(), StaffRoles.Staff);

        var queue = await staff.GetAsync("/staff");

        Assert.Contains("You have no clinic yet", queue.Main, StringComparison.Ordinal);
        Assert.Null(queue.Page.QuerySelector("main table"));
        Assert.Contains("No emails here.", (await staff.GetAsync("/staff/delivery")).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_TakenOffAClinic_SeeItsRequestsNoMoreFromTheNextClick()
    {
        var receipt = await site.AskAsync();
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        Assert.Equal(HttpStatusCode.OK, (await staff.OpenRequestAsync(receipt.Reference)).Status);

        var administrator = await site.Administrator;
        await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "main form", [new("Clinics", "phoenix")]);

        Assert.Equal(HttpStatusCode.NotFound, (await staff.OpenRequestAsync(receipt.Reference)).Status);
        Assert.DoesNotContain(receipt.Reference, (await staff.GetAsync("/staff?state=all")).Text, StringComparison.Ordinal);
    }
}
