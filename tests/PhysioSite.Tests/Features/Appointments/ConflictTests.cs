using System.Net;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>Two people change the same request at the same time. Afterwards everybody else can still write.</summary>
public sealed class ConflictTests
{
    [Fact]
    public async Task Withdraw_RequestChangedAtTheSameMoment_ChangesNothingAndBlocksNobody()
    {
        using var site = new Site();
        using var browser = site.Open();
        var receipt = await browser.AskAsync();
        var page = await browser.GetAsync(receipt.StatusPath);

        // Simulates a concurrent change of the row after it was read: the update affects no rows.
        Answer conflict;
        await using (await site.IgnoreUpdatesAsync("AppointmentRequests"))
        {
            conflict = await browser.SubmitAsync(page, RequestJourney.Withdrawal, []);
        }

        Assert.Equal((HttpStatusCode.Redirect, receipt.StatusPath), (conflict.Status, conflict.Location));
        Assert.Equal(RequestState.New, (await site.RequestAsync(receipt.Reference)).State);
        var next = await browser.AskAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotEqual(receipt.Reference, next.Reference);
        await browser.SubmitAsync(page, RequestJourney.Withdrawal, []).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(RequestState.Withdrawn, (await site.RequestAsync(receipt.Reference)).State);
    }
}
