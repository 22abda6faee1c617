using PhysioSite.Content.Model;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;

namespace PhysioSite.Tests.Features.Appointments.History;

public sealed class OnTimeFigureTests : IDisposable
{
    private static readonly StaffActor Grace = new(Guid.NewGuid(), "Grace Example");

    private readonly Site _site = new() { Settings = { ["Appointments:PublicOnTimeDays"] = "30" } };
    private readonly DateTime _received = TestClock.Tuesday.UtcDateTime.AddDays(-3);

    private DateTime Due => _received.AddHours(8);

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Home_WithEnoughRequests_ShowsTheShareOfCallsByThePromisedTime()
    {
        await StoreAsync(OnTimeFigure.FewestRequests - 1, request => Try(request, Due));
        Assert.Null(await FigureAsync());

        await StoreAsync(1, request => Try(request, Due.AddMinutes(1)));
        Assert.Equal("96% of first calls made by the promised time, in the last 30 days", await FigureAsync());
        Assert.StartsWith("96% de las primeras llamadas", await FigureAsync("/es/"), StringComparison.Ordinal);

        // A second call is no first call, and the time of the next try is no promise.
        await StoreAsync(1, request =>
        {
            Try(request, Due.AddHours(-1));
            request.RecordCall(Grace, CallResult.Answered, Due.AddDays(1), null, Due.AddHours(5));
        });
        Assert.StartsWith("96%", await FigureAsync(), StringComparison.Ordinal);

        _site.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Null(await FigureAsync());
    }

    [Fact]
    public async Task Home_WithRequestsThatNobodyAnswered_CountsThemAsLate()
    {
        await StoreAsync(15, request => Try(request, Due));
        await StoreAsync(5, _ => { });
        await StoreAsync(5, request => request.Claim(Grace, null, Due.AddHours(-1)));
        await StoreAsync(5, request => request.Withdraw(Due.AddMinutes(1)));
        Assert.StartsWith("50%", await FigureAsync(), StringComparison.Ordinal);

        // Retention closes and erases it.
        await StoreAsync(6, request => request.Erase(null, Due.AddHours(1)));
        Assert.StartsWith("41%", await FigureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_WithRequestsThatWereNotDue_DoesNotCountThem()
    {
        await StoreAsync(OnTimeFigure.FewestRequests, request => Try(request, Due));
        await StoreAsync(2, request => request.Hold("Repeats a note", _received));
        await StoreAsync(2, request =>
        {
            request.Hold("Repeats a note", _received);
            request.CloseHeld(Grace, Due.AddDays(1));
        });
        await StoreAsync(2, request => request.Withdraw(Due.AddMinutes(-1)));
        await StoreAsync(2, request => request.Close(Grace, RequestOutcome.Duplicate, null, Due.AddDays(1)));
        await StoreAsync(2, request => Try(request, Due.AddHours(1)), by: Grace);
        await StoreAsync(2, _ => { }, due: _site.Clock.UtcNow.AddHours(3));

        Assert.StartsWith("100%", await FigureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_ByDefault_HasNoFigure()
    {
        using var site = new Site();
        await StoreAsync(OnTimeFigure.FewestRequests, request => Try(request, Due), site: site);

        Assert.Null(await FigureAsync(site: site));
    }

    private static void Try(AppointmentRequest request, DateTime at) =>
        request.RecordCall(Grace, CallResult.NoAnswer, at.AddDays(1), null, at);

    private async Task StoreAsync(
        int count, Action<AppointmentRequest> change, StaffActor? by = null, DateTime? due = null, Site? site = null)
    {
        site ??= _site;
        var keys = site.Services.GetRequiredService<SubmissionKeys>();
        await site.WithDatabaseAsync(async db =>
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(keys.TryRead(keys.Issue(), out var key));
                var request = AppointmentRequest.Receive(
                    key, PublicPages.Content.FindClinic("madison")!, VisitKind.Clinic, PatientDetails.Erased, _received, due ?? Due, by);
                change(request);
                db.Add(request);
            }

            return await db.SaveChangesAsync();
        });
    }

    /// <summary>The figure on the home page after the last count has expired.</summary>
    private async Task<string?> FigureAsync(string path = "/", Site? site = null)
    {
        site ??= _site;
        site.Clock.Advance(OnTimeFigure.Lifetime);
        using var browser = site.Open();
        var proof = (await browser.GetAsync(path)).Page.QuerySelectorAll(".proof li");
        Assert.NotEmpty(proof);
        return proof.Select(Answer.Words).SingleOrDefault(line => line.Contains('%', StringComparison.Ordinal));
    }
}
