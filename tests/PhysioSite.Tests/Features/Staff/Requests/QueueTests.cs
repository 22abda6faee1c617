using System.Net;
using System.Text;
using AngleSharp.Dom;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Email.Outbox;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>The queue of requests. Each test has its own site, because it changes the clock or counts rows.</summary>
public sealed class QueueTests
{
    private const int Limit = 100_000;

    [Fact]
    public async Task Queue_OfSeveralClinics_IsDueFirstWithTheTimeLeft()
    {
        using var site = new StaffSite();
        var late = await site.AskAsync(("clinic", "orinda"));
        var soon = await site.AskAsync(("clinic", "boston"));
        var middle = await site.AskAsync(("clinic", "madison"));
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));

        var queue = await administrator.GetAsync("/staff");

        Assert.Equal([soon.Reference, middle.Reference, late.Reference], References(queue));
        Assert.Equal(
            [
                "8 h left: Tuesday, November 17, 6 pm (Eastern Time)",
                "8 h left: Tuesday, November 17, 5 pm (Central Time)",
                "11 h left: Tuesday, November 17, 6 pm (Pacific Time)",
            ],
            Rows(queue).Select(row => row.QuerySelector("time")!).Select(time => $"{time.TextContent}: {time.GetAttribute("title")}"));
    }

    [Fact]
    public async Task Queue_AfterTheDueTime_MarksWhatNobodyHasTried()
    {
        using var site = new StaffSite();
        var untouched = await site.AskAsync();
        var claimed = await site.AskAsync();
        var tried = await site.AskAsync();
        using var staff = await site.MadisonAsync(site.NewEmail());
        await staff.PressAsync(await staff.OpenRequestAsync(claimed.Reference), "Claim");
        await staff.PressAsync(await staff.OpenRequestAsync(tried.Reference), "NoAnswer");

        site.Clock.Set(TestClock.Tuesday.AddHours(8));
        Assert.Empty(Overdue(await staff.GetAsync("/staff")));

        site.Clock.Advance(TimeSpan.FromMinutes(40));
        using var later = await site.MadisonAsync(site.NewEmail());
        await site.AskAsync();
        var queue = await later.GetAsync("/staff");

        Assert.Equal(Set(untouched.Reference, claimed.Reference), Overdue(queue));
        Assert.All(Rows(queue), row => Assert.Equal("overdue 40 min", row.QuerySelector("time")!.TextContent));
        Assert.Contains("2 overdue", queue.Main, StringComparison.Ordinal);
        Assert.Contains("Overdue", (await later.OpenRequestAsync(untouched.Reference)).Main, StringComparison.Ordinal);
        Assert.DoesNotContain("Overdue", (await later.OpenRequestAsync(tried.Reference)).Main, StringComparison.Ordinal);
    }

    /// <summary>Each request is in the tab of its state and due time, and the counts are those of the lists.</summary>
    [Fact]
    public async Task Tabs_OfRequestsInEveryState_CountAndListEachInItsPlace()
    {
        using var site = new StaffSite();
        var email = site.NewEmail("ana");
        using var staff = await site.SignInAsync(email, StaffRoles.Staff, "madison", "phoenix");
        var expected = new Dictionary<string, List<string>>();
        async Task<string> AskAsync(string tab, params (string Field, string? Value)[] answers)
        {
            var reference = (await site.AskAsync(answers)).Reference;
            expected.TryAdd(tab, []);
            expected[tab].Add(reference);
            return reference;
        }

        var mine = await AskAsync("today");
        await staff.PressAsync(await staff.OpenRequestAsync(mine), "Claim");
        foreach (var (tab, handler) in new[] { ("retry", "NoAnswer"), ("booked", "Schedule"), ("closed", "Close") })
        {
            await staff.PressAsync(
                await staff.OpenRequestAsync(await AskAsync(tab)), handler, ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"));
        }

        var withdrawn = await site.AskAsync();
        using (var patient = site.Open())
        {
            await patient.SubmitAsync(await patient.GetAsync(withdrawn.StatusPath), RequestJourney.Withdrawal, []);
        }

        expected["canceled"] = [withdrawn.Reference];
        await AskAsync("held", ("subject", "x"));
        var phoenix = await AskAsync("today", ("clinic", "phoenix"));
        using (var spanish = site.Open())
        {
            var sent = await spanish.SubmitAsync(
                await spanish.GetAsync("/es/request-appointment"), RequestJourney.Form, RequestJourney.Answers());
            expected["today"].Add((await spanish.GetAsync(sent.Location!)).Page.QuerySelector("#reference")!.TextContent);
        }

        site.Clock.Set(TestClock.Tuesday.AddHours(6.5));
        expected["due"] = expected["today"];
        expected["today"] = [];
        await AskAsync("later");
        expected["mine"] = [mine];
        expected["all"] = [.. expected.Values.SelectMany(references => references).Distinct()];
        using var after = await site.SignInAsync(site.NewEmail(), StaffRoles.Staff, "madison", "phoenix");
        using var ana = site.Open();
        await ana.SignInAsync(email, StaffJourney.Password);

        var queue = await ana.GetAsync("/staff");
        Assert.Equal("due", queue.Page.QuerySelector(".tabs a[aria-current]")!.GetAttribute("data-tab"));
        foreach (var tab in queue.Page.QuerySelectorAll(".tabs a"))
        {
            var list = await ana.GetAsync(tab.GetAttribute("href")!);
            var id = tab.GetAttribute("data-tab")!;
            Assert.Equal(expected[id].Order(StringComparer.Ordinal), References(list).Order(StringComparer.Ordinal));
            Assert.Equal($"{expected[id].Count}", tab.QuerySelector(".count")!.TextContent);
        }

        Assert.Empty(References(await after.GetAsync("/staff?state=mine")));
        Assert.Equal([phoenix], References(await ana.GetAsync("/staff?clinic=phoenix&state=all")));
        var inSpanish = await ana.GetAsync("/staff?language=es");
        Assert.Equal([expected["due"][^1]], References(inSpanish));
        Assert.Contains("Spanish", Rows(inSpanish).Single().TextContent, StringComparison.Ordinal);
        Assert.Equal("es", inSpanish.Page.QuerySelector("#language option[selected]")!.GetAttribute("value"));
        Assert.Contains(
            "language=es&state=later",
            inSpanish.Page.QuerySelector(".tabs a[data-tab=later]")!.GetAttribute("href"),
            StringComparison.Ordinal);
        Assert.Equal(References(queue), References(await ana.GetAsync("/staff?state=nonsense&page=-1&clinic=nowhere&language=xx")));
    }

    /// <summary>The clinics whose day ended already have no request that is due today.</summary>
    [Fact]
    public async Task Today_OfClinicsInSeveralTimeZones_EndsOnTheClinicsOwnClock()
    {
        using var site = new StaffSite();
        site.Clock.Set(new DateTimeOffset(2026, 11, 18, 7, 0, 0, TimeSpan.Zero));
        var boston = (await site.AskAsync(("clinic", "boston"))).Reference;
        var orinda = (await site.AskAsync(("clinic", "orinda"))).Reference;
        await site.RunSqlAsync("UPDATE AppointmentRequests SET DueUtc = '2026-11-18 10:00:00'");
        var staff = await site.Administrator;

        Assert.Equal([boston], References(await staff.GetAsync("/staff?state=today")));
        Assert.Equal([orinda], References(await staff.GetAsync("/staff?state=later")));
    }

    [Fact]
    public async Task Row_OfEachContactRule_HasTheLinkToTapAndTheRule()
    {
        using var site = new StaffSite();
        var call = await site.AskAsync(("message-ok", "yes"));
        var quiet = await site.AskAsync(("message-ok", null));
        var text = await site.AskAsync(("contact", "text"), ("message-ok", "yes"));
        var email = await site.AskAsync(("contact", "email"), ("phone", null), ("email", "ada@patients.example"));
        var staff = await site.Madison;

        var queue = await staff.GetAsync("/staff?state=all");

        Assert.Equal(("tel:+16085550142", "(608) 555-0142"), Reach(queue, call));
        Assert.Equal(("tel:+16085550142", "(608) 555-0142 no message"), Reach(queue, quiet));
        Assert.Equal(("sms:+16085550142", "(608) 555-0142 text only"), Reach(queue, text));
        Assert.Equal(("mailto:ada@patients.example", "ada@patients.example email only"), Reach(queue, email));
    }

    [Fact]
    public async Task Row_ClaimedOrTriedInAFilteredList_ReturnsToTheListAndSaysSo()
    {
        using var site = new StaffSite();
        var receipt = await site.AskAsync();
        const string List = "/staff?clinic=madison&language=en&state=all";
        using var ana = await site.MadisonAsync(site.NewEmail("ana"));
        using var ben = await site.MadisonAsync(site.NewEmail("ben"));
        var (seenByAna, seenByBen) = (await ana.GetAsync(List), await ben.GetAsync(List));

        var claimed = await PressAsync(ana, seenByAna, receipt.Reference, "Claim");
        var refused = await PressAsync(ben, seenByBen, receipt.Reference, "NoAnswer");

        Assert.Equal($"{List}#request-{receipt.Reference}", claimed.Location);
        Assert.Equal($"{List}#request-{receipt.Reference}", refused.Location);
        var list = await ana.GetAsync(List);
        Assert.Contains($"{receipt.Reference}: claimed.", list.Page.QuerySelector(".done")!.TextContent, StringComparison.Ordinal);
        var undo = list.Page.QuerySelector(".undo")!;
        Assert.Contains("You", Row(list, receipt.Reference).QuerySelector(".who")!.TextContent, StringComparison.Ordinal);
        var problem = (await ben.GetAsync(List)).Page.QuerySelector("main [role=alert]")!.TextContent;
        Assert.Contains($"{receipt.Reference}: ana", problem, StringComparison.Ordinal);
        Assert.Contains("Your change was not made", problem, StringComparison.Ordinal);
        Assert.Equal(RequestState.Claimed, (await site.FindAsync(receipt.Reference)).State);

        await PressAsync(ben, await ben.GetAsync(List), receipt.Reference, "NoAnswer");
        var tried = await ben.GetAsync(List);
        var row = Row(tried, receipt.Reference);
        Assert.Equal(("1 try", "tried just now"), (row.QuerySelector(".tries")!.TextContent, row.QuerySelector("time")!.TextContent));
        Assert.Contains("returnUrl=" + Uri.EscapeDataString(List), undo.GetAttribute("action"), StringComparison.Ordinal);
        var undone = await ben.SubmitAsync(tried, ".undo", []);
        Assert.Equal(List, undone.Location);
        row = Row(await ben.GetAsync(List), receipt.Reference);
        Assert.Equal("", row.QuerySelector(".tries")!.TextContent);
        Assert.StartsWith("ana", row.QuerySelector(".who")!.TextContent.Trim(), StringComparison.Ordinal);
    }

    /// <summary>The way into a request, through its forms and back keeps the filters. No other URL is a way back.</summary>
    [Fact]
    public async Task Request_OpenedFromAFilteredList_LeadsBackToItAfterEachAction()
    {
        using var site = new StaffSite();
        var receipt = await site.AskAsync();
        const string List = "/staff?clinic=madison&state=all";
        var staff = await site.Madison;
        var row = Row(await staff.GetAsync(List), receipt.Reference);

        var page = await staff.GetAsync(row.QuerySelector("th a")!.GetAttribute("href")!);
        Assert.Equal(List, Back(page));
        page = await staff.GetAsync((await staff.SubmitAsync(page, "main form[action*='handler=Claim']", [])).Location!);
        Assert.Equal(List, Back(page));
        page = await staff.SubmitAsync(page, "main form[action*='handler=Schedule']", []);
        Assert.Equal((HttpStatusCode.BadRequest, List), (page.Status, Back(page)));
        page = await staff.GetAsync((await staff.SubmitAsync(page, "form[action*='handler=Hold']", [new("Reason", "x")])).Location!);
        Assert.Equal(List, Back(page));

        foreach (var other in new[] { "https://evil.example/staff", "//evil.example", "/staff/people", "/staff\\evil", "/staff?a=\r\nb" })
        {
            page = await staff.GetAsync($"/staff/requests/{receipt.Reference}?returnUrl={Uri.EscapeDataString(other)}");
            Assert.Equal("/staff", Back(page));
            Assert.DoesNotContain("evil", page.Main, StringComparison.Ordinal);
        }

        var search = await staff.SubmitAsync(await staff.GetAsync(List), "form[role=search]", [new("Words", "Ada")]);
        var found = await staff.GetAsync(search.Location!);
        Assert.Equal(List, Back(found));
        page = await staff.GetAsync(Row(found, receipt.Reference).QuerySelector("th a")!.GetAttribute("href")!);
        Assert.Equal(search.Location, Back(page));
    }

    [Fact]
    public async Task Queue_LongerThanAPage_IsReadPageByPageAndStaysSmall()
    {
        using var site = new StaffSite();
        using (var patient = site.Open())
        {
            for (var i = 0; i < 51; i++)
            {
                await patient.SendAsync();
            }
        }

        using var staff = await site.MadisonAsync(site.NewEmail());

        var first = await staff.GetAsync("/staff");
        var next = await staff.GetAsync(Link(first, "Next")!);

        Assert.Equal((50, 1), (References(first).Count, References(next).Count));
        Assert.Equal(51, References(first).Concat(References(next)).Distinct().Count());
        Assert.Contains("1–50 of 51", first.Main, StringComparison.Ordinal);
        Assert.Contains("51 requests", first.Main, StringComparison.Ordinal);
        Assert.Null(Link(first, "Previous"));
        Assert.Null(Link(next, "Next"));
        Assert.Equal(References(first), References(await staff.GetAsync(Link(next, "Previous")!)));
        Assert.Equal(References(next), References(await staff.GetAsync("/staff?state=today&page=99")));
        Assert.True(Encoding.UTF8.GetByteCount(first.Text) < Limit, $"{first.Text.Length} characters");

        var reference = References(next).Single();
        var claimed = await PressAsync(staff, next, reference, "Claim");
        Assert.Equal($"/staff?state=today&page=2#request-{reference}", claimed.Location);
    }

    /// <summary>An email that waits is not a fault; email that is paused is, and so are forms that the site refuses.</summary>
    [Fact]
    public async Task Banner_WhenEmailDoesNotLeaveOrFormsAreRefused_IsShown()
    {
        using var site = new StaffSite();
        await site.StopSendingAsync();
        await site.AskAsync();
        var staff = await site.Madison;
        Assert.Empty((await staff.GetAsync("/staff")).Page.QuerySelectorAll("#notices p"));

        site.Clock.Advance(TimeSpan.FromMinutes(16));
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/request-appointment");
        forged.Headers.Add("Origin", "https://other.example");
        forged.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var browser = site.Open();
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Client.SendAsync(forged)).StatusCode);
        using var later = await site.MadisonAsync(site.NewEmail());
        var queue = await later.GetAsync("/staff");

        var alerts = queue.Page.QuerySelectorAll("#notices p").Select(Answer.Words).ToList();
        Assert.Equal(2, alerts.Count);
        Assert.StartsWith("Email is not leaving this site.", alerts[0], StringComparison.Ordinal);
        Assert.StartsWith("Forms of this site were refused", alerts[1], StringComparison.Ordinal);
        Assert.DoesNotContain("other.example", queue.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> PressAsync(Browser staff, Answer queue, string reference, string handler)
    {
        var button = Row(queue, reference).QuerySelector($"button[formaction$='handler={handler}']")!;
        var token = queue.Page.QuerySelector("#row-actions input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return PostAsync(staff, button.GetAttribute("formaction")!, button.GetAttribute("value")!, token);
    }

    private static async Task<Answer> PostAsync(Browser staff, string path, string row, string token)
    {
        using var content = new FormUrlEncodedContent([new("row", row), new("__RequestVerificationToken", token)]);
        var response = await staff.Client.PostAsync(path, content);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    private static (string? Link, string Text) Reach(Answer queue, Receipt receipt)
    {
        var cell = Row(queue, receipt.Reference).QuerySelector(".reach")!;
        return (cell.QuerySelector("a")!.GetAttribute("href"), Answer.Words(cell));
    }

    private static string? Back(Answer page) => page.Page.QuerySelector("main .back a")!.GetAttribute("href");

    private static string? Link(Answer queue, string text) =>
        queue.Page.QuerySelectorAll("main a").SingleOrDefault(link => link.TextContent == text)?.GetAttribute("href");

    private static HashSet<string> Set(params string[] references) => [.. references];

    /// <summary>The overdue requests. Each must be marked both visually and in text.</summary>
    private static HashSet<string> Overdue(Answer queue)
    {
        var marked = Rows(queue).Where(row => row.ClassList.Contains("overdue")).Select(Reference).ToHashSet();
        Assert.Equal(
            marked,
            Rows(queue)
                .Where(row => row.QuerySelector("time")!.TextContent.StartsWith("overdue", StringComparison.Ordinal))
                .Select(Reference)
                .ToHashSet());
        return marked;
    }

    private static IElement Row(Answer queue, string reference) => queue.Page.QuerySelector($"#request-{reference}")!;

    private static IEnumerable<IElement> Rows(Answer queue) => queue.Page.QuerySelectorAll("main tbody tr");

    private static List<string> References(Answer queue) => [.. Rows(queue).Select(Reference)];

    private static string Reference(IElement row) => row.GetAttribute("data-reference")!;
}
