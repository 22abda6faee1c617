using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Tests.Features.Appointments.Spam;

/// <summary>Which forms are held when they are sent through the page, with the settings that the program ships with.</summary>
public sealed class SpamTests : IDisposable
{
    private const string Link = "Our list is on https://pills.example";

    private readonly Site _site = new()
    {
        Settings =
        {
            ["Spam:FastestSeconds"] = "2",
            ["Spam:SameNotes"] = "3",
            ["RateLimits:FormsPerTenMinutes"] = "100000",
        },
    };

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Form_SentAtOnceWithAWebAddress_IsHeldAndOneThatTookItsTimeIsNot()
    {
        using var browser = _site.Open();
        Assert.Equal(RequestState.New, await SendAsync(browser, TimeSpan.Zero, "My knee, since Sunday"));
        Assert.Equal(RequestState.Held, await SendAsync(browser, TimeSpan.FromSeconds(1), Link));
        Assert.Equal(RequestState.New, await SendAsync(browser, TimeSpan.FromSeconds(30), Link));
    }

    [Fact]
    public async Task Form_CorrectedAtOnce_CountsFromWhenItWasFirstOpened()
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        _site.Clock.Advance(TimeSpan.FromSeconds(40));
        var wrong = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("phone", ""), ("note", Link)));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);

        var sent = await browser.SubmitAsync(wrong, RequestJourney.Form, RequestJourney.Answers(("note", Link)));

        Assert.Equal(RequestState.New, await StateAsync(browser, sent));
    }

    [Fact]
    public async Task Forms_WithTheSameNote_AreHeldFromTheFourthOn()
    {
        using var browser = _site.Open();
        var states = new List<RequestState>();
        for (var i = 0; i < 5; i++)
        {
            var sender = $"Sender {i.ToString(CultureInfo.InvariantCulture)}";
            states.Add(await SendAsync(browser, TimeSpan.FromMinutes(1), "Cheap pills for all of your runners", sender));
        }

        Assert.Equal([RequestState.New, RequestState.New, RequestState.New, RequestState.Held, RequestState.Held], states);
        Assert.Equal(3, await _site.WithDatabaseAsync(db => db.Set<PhysioSite.Email.Outbox.OutboxEmail>().CountAsync()));
    }

    [Fact]
    public async Task HiddenField_OfTheForm_IsEmptyLabelledAndOutOfReach()
    {
        using var browser = _site.Open();
        var wrong = await browser.SendAsync(("phone", ""), ("subject", "SEO offer"));

        foreach (var page in new[] { await browser.GetAsync(RequestJourney.Path), wrong })
        {
            var field = page.Page.QuerySelector("input[name=subject]")!;
            Assert.Equal(
                (null, "-1", "off"),
                (field.GetAttribute("value"), field.GetAttribute("tabindex"), field.GetAttribute("autocomplete")));
            Assert.Equal("Leave this empty", page.Page.QuerySelector($"label[for='{field.Id}']")!.TextContent);
            Assert.Equal(("hidden", "true"), (field.ParentElement!.ClassName, field.ParentElement.GetAttribute("aria-hidden")));
        }
    }

    private async Task<RequestState> SendAsync(Browser browser, TimeSpan after, string note, string name = "Ada Example")
    {
        var page = await browser.GetAsync(RequestJourney.Path);
        _site.Clock.Advance(after);
        var sent = await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers(("note", note), ("name", name)));
        return await StateAsync(browser, sent);
    }

    private async Task<RequestState> StateAsync(Browser browser, Answer sent)
    {
        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        var receipt = await browser.GetAsync(sent.Location!);
        return (await _site.RequestAsync(receipt.Page.QuerySelector("#reference")!.TextContent)).State;
    }
}
