using AngleSharp.Dom;
using PhysioSite.Features.Staff;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>The queue of requests. Each test has its own site, because it changes the clock or counts rows.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task Queue_OfSeveralClinics_IsDueFirst()
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
                "Tuesday, November 17, 6 pm (Eastern Time)",
                "Tuesday, November 17, 5 pm (Central Time)",
                "Tuesday, November 17, 6 pm (Pacific Time)",
            ],
            Rows(queue).Select(row => Answer.Words(row.Children[0])));
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

        site.Clock.Advance(TimeSpan.FromMinutes(1));
        using var later = await site.MadisonAsync(site.NewEmail());
        var punctual = await site.AskAsync();
        var queue = await later.GetAsync("/staff");

        Assert.Equal(Set(untouched.Reference, claimed.Reference), Overdue(queue));
        Assert.Contains("2 overdue. Nobody has tried to reach these patients", queue.Main, StringComparison.Ordinal);
        Assert.Equal(punctual.Reference, References(queue)[^1]);
        Assert.Contains("Overdue", (await later.OpenRequestAsync(untouched.Reference)).Main, StringComparison.Ordinal);
        Assert.DoesNotContain("Overdue", (await later.OpenRequestAsync(tried.Reference)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_FilteredByStateAndClinic_ShowsThoseAlone()
    {
        using var site = new StaffSite();
        using var staff = await site.SignInAsync(site.NewEmail(), StaffRoles.Staff, "madison", "phoenix");
        var byState = new Dictionary<string, string> { ["new"] = (await site.AskAsync()).Reference };
        foreach (var (state, handler) in new[]
        {
            ("claimed", "Claim"), ("no-answer", "NoAnswer"), ("scheduled", "Schedule"), ("closed", "Close"),
        })
        {
            byState[state] = (await site.AskAsync()).Reference;
            var page = await staff.OpenRequestAsync(byState[state]);
            await staff.PressAsync(page, handler, ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"));
        }

        var withdrawn = await site.AskAsync();
        using (var patient = site.Open())
        {
            await patient.SubmitAsync(await patient.GetAsync(withdrawn.StatusPath), RequestJourney.Withdrawal, []);
        }

        byState["withdrawn"] = withdrawn.Reference;
        var phoenix = (await site.AskAsync(("clinic", "phoenix"))).Reference;

        foreach (var (state, reference) in byState)
        {
            Assert.Equal([reference], References(await FilterAsync(staff, "madison", state)));
        }

        Assert.Equal([phoenix], References(await FilterAsync(staff, "phoenix", "all")));
        Assert.Equal(Set(byState["new"], phoenix), References(await FilterAsync(staff, "", "new")).ToHashSet());
        Assert.Equal([.. byState.Values, phoenix], References(await FilterAsync(staff, "", "all")).ToHashSet());
        var waiting = Set(byState["new"], byState["claimed"], byState["no-answer"], phoenix);
        Assert.Equal(waiting, References(await staff.GetAsync("/staff")).ToHashSet());
        Assert.Equal(waiting, References(await staff.GetAsync("/staff?state=nonsense&page=-1")).ToHashSet());
    }

    [Fact]
    public async Task Queue_LongerThanAPage_IsReadPageByPage()
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
        var next = await staff.GetAsync(Link(first, "Later")!);

        Assert.Equal((50, 1), (References(first).Count, References(next).Count));
        Assert.Equal(51, References(first).Concat(References(next)).Distinct().Count());
        Assert.Null(Link(first, "Earlier"));
        Assert.Null(Link(next, "Later"));
        Assert.Equal(References(first), References(await staff.GetAsync(Link(next, "Earlier")!)));
    }

    private static async Task<Answer> FilterAsync(Browser staff, string clinic, string state)
    {
        var answer = await staff.GetAsync($"/staff?clinic={clinic}&state={state}");
        Assert.Equal(clinic, answer.Page.QuerySelector("#clinic option[selected]")?.GetAttribute("value") ?? "");
        Assert.Equal(state, answer.Page.QuerySelector("#state option[selected]")?.GetAttribute("value"));
        return answer;
    }

    private static string? Link(Answer queue, string text) =>
        queue.Page.QuerySelectorAll("main a").SingleOrDefault(link => link.TextContent == text)?.GetAttribute("href");

    private static HashSet<string> Set(params string[] references) => [.. references];

    /// <summary>The overdue requests. Each must be marked both visually and in text.</summary>
    private static HashSet<string> Overdue(Answer queue)
    {
        var marked = Rows(queue).Where(row => row.ClassList.Contains("overdue")).Select(Reference).ToHashSet();
        Assert.Equal(marked, Rows(queue).Where(row => row.QuerySelector(".tag")?.TextContent == "Overdue").Select(Reference).ToHashSet());
        return marked;
    }

    private static IEnumerable<IElement> Rows(Answer queue) => queue.Page.QuerySelectorAll("main tbody tr");

    private static List<string> References(Answer queue) => [.. Rows(queue).Select(Reference)];

    private static string Reference(IElement row) => row.QuerySelector("th a")!.TextContent;
}
