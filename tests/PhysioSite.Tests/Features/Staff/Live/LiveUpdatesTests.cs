using System.Net;
using System.Text.Json;
using PhysioSite.Features.Staff.Live;

namespace PhysioSite.Tests.Features.Staff.Live;

/// <summary>The events that open pages of the desk get, and the session behind them.</summary>
public sealed class LiveUpdatesTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task Stream_OfAClinic_TellsOfItsChangesAndSaysNothingAboutThePatient()
    {
        using var staff = await site.MadisonAsync(site.NewEmail());
        await using var events = await LiveEvents.OpenAsync(staff, "/staff/live");
        await events.UntilAsync("session");

        var receipt = await site.AskAsync(("name", "Unmistakable Patient"));

        await events.UntilAsync("changed");
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Claim");
        await events.UntilAsync("changed");
        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType!.MediaType);
        Assert.True(events.Response.Headers.CacheControl!.NoStore);
        Assert.All(events.Seen, item => Assert.True(item.EventType is "session" or "changed", item.EventType));
        Assert.All(events.Seen.Where(item => item.EventType == "changed"), item => Assert.Equal("{\"version\":0}", item.Data));
    }

    [Fact]
    public async Task Stream_OfStaffOfAnotherClinic_GetsNothingOfTheChange()
    {
        using var phoenix = await site.PhoenixAsync(site.NewEmail());
        var madison = await site.Madison;
        await using var events = await LiveEvents.OpenAsync(phoenix, "/staff/live");
        await using var control = await LiveEvents.OpenAsync(madison, "/staff/live");
        await events.UntilAsync("session");
        await control.UntilAsync("session");

        var receipt = await site.AskAsync(("clinic", "madison"));
        await control.UntilAsync("changed");
        await phoenix.SubmitAsync(await phoenix.GetAsync("/staff"), "header form", []);
        await events.UntilAsync("ended");

        Assert.DoesNotContain(events.Seen, item => item.EventType == "changed");
        Assert.Equal(HttpStatusCode.NotFound, (await (await site.Phoenix).GetAsync($"/staff/live?request={receipt.Reference}")).Status);
    }

    [Fact]
    public async Task Request_OpenedByAColleague_IsMarkedWithTheirFirstNameUntilTheyLeave()
    {
        var reference = (await site.AskAsync()).Reference;
        using var ana = await site.MadisonAsync(site.NewEmail("ana"));
        using var ben = await site.MadisonAsync(site.NewEmail("ben"));
        await using var benOnRequest = await LiveEvents.OpenAsync(ben, $"/staff/live?request={reference}");
        await benOnRequest.UntilAsync("changed");

        var anaOnRequest = await LiveEvents.OpenAsync(ana, $"/staff/live?request={reference}");
        await anaOnRequest.UntilAsync("colleagues");
        var open = JsonSerializer.Deserialize<string[]>((await benOnRequest.UntilAsync("colleagues")).Data)!;
        Assert.StartsWith("ana", Assert.Single(open), StringComparison.Ordinal);
        Assert.Equal($"{open[0]} has this open", await OpenInQueueAsync(ben, reference));
        Assert.StartsWith("ben", await OpenInQueueAsync(ana, reference), StringComparison.Ordinal);

        await ana.PressAsync(await ana.OpenRequestAsync(reference), "Claim");
        Assert.Equal("{\"version\":1}", (await benOnRequest.UntilAsync("changed")).Data);
        await anaOnRequest.DisposeAsync();
        Assert.Equal("[]", (await benOnRequest.UntilAsync("colleagues")).Data);
        Assert.Null(await OpenInQueueAsync(ben, reference));
    }

    /// <summary>A page that reads itself again and its stream are not actions of the user. Staying signed in is one.</summary>
    [Fact]
    public async Task Session_WithLiveUpdatesOnly_EndsAfterTheIdleTimeoutAndStaysWhenAsked()
    {
        using var own = new StaffSite();
        using var staff = await own.MadisonAsync(own.NewEmail());
        await using var events = await LiveEvents.OpenAsync(staff, "/staff/live");
        Assert.Equal("{\"seconds\":900}", (await events.UntilAsync("session")).Data);

        own.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await BackgroundAsync(staff, "/staff")).Status);
        await own.AskAsync();
        Assert.Equal("{\"seconds\":60}", (await events.UntilAsync("session")).Data);
        Assert.Equal("{\"seconds\":900}", (await staff.GetAsync("/staff/stay")).Text);

        own.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await BackgroundAsync(staff, "/staff")).Status);
        own.Clock.Advance(TimeSpan.FromMinutes(1));
        await own.AskAsync();
        await events.UntilAsync("ended");
        Assert.Equal(HttpStatusCode.Unauthorized, (await BackgroundAsync(staff, "/staff")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await staff.GetAsync("/staff/live")).Status);

        // The cookie is still there, so that a form that is sent now gets the page with what was typed.
        var late = await staff.ForgeAsync("/staff/requests/AAAAAAAA?handler=Note", "", ("Note", "Was typed"));
        Assert.Equal(HttpStatusCode.Unauthorized, late.Status);
        Assert.Contains("Was typed", late.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OfADeactivatedAccount_Ends()
    {
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        await using var events = await LiveEvents.OpenAsync(staff, "/staff/live");
        await events.UntilAsync("session");

        var administrator = await site.Administrator;
        await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "main form", [new("Active", null)]);

        await events.UntilAsync("ended");
    }

    [Fact]
    public async Task Stream_OneTooManyOfASession_ReplacesTheOldest()
    {
        using var staff = await site.MadisonAsync(site.NewEmail());
        var streams = new List<LiveEvents>();
        for (var i = 0; i < LiveUpdates.StreamsPerSession; i++)
        {
            streams.Add(await LiveEvents.OpenAsync(staff, "/staff/live"));
            await streams[i].UntilAsync("session");
        }

        streams.Add(await LiveEvents.OpenAsync(staff, "/staff/live"));

        await streams[0].UntilAsync("replaced");
        await site.AskAsync();
        await streams[1].UntilAsync("changed");
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task Streams_WhenTheSiteStops_EndAtOnce()
    {
        using var own = new StaffSite();
        using var staff = await own.MadisonAsync(own.NewEmail());
        await using var events = await LiveEvents.OpenAsync(staff, "/staff/live");
        await events.UntilAsync("session");

        own.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await events.UntilTheEndAsync();
    }

    [Fact]
    public async Task Message_AfterAnAction_IsKeptByBackgroundRequestsForThePage()
    {
        var receipt = await site.AskAsync();
        var staff = await site.Madison;
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), "Claim");

        await BackgroundAsync(staff, "/staff");

        Assert.Equal("Claimed.", Answer.Words((await staff.GetAsync("/staff")).Page.QuerySelector(".done")!));
        Assert.Null((await staff.GetAsync("/staff")).Page.QuerySelector(".done"));
    }

    private static async Task<string?> OpenInQueueAsync(Browser staff, string reference) =>
        (await staff.GetAsync("/staff?state=all")).Page.QuerySelector($"#request-{reference} .open")?.TextContent;

    private static async Task<Answer> BackgroundAsync(Browser staff, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Staff-Background", "1");
        var response = await staff.Client.SendAsync(request);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }
}
