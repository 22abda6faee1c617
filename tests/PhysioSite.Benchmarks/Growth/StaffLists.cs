using System.Globalization;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Growth;

/// <summary>The addresses of the staff desk that show data, with the first, a middle and the last page of each list.</summary>
internal static class StaffLists
{
    private const int PageSize = 50;

    private static readonly string[] States = ["waiting", "failed", "sent"];

    private static readonly string[] Tabs =
        ["due", "today", "later", "retry", "mine", "booked", "canceled", "held", "closed", "all"];

    /// <param name="clinic">The slug of a clinic to filter by.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(Browser staff, string clinic)
    {
        var paths = new List<string> { "/staff" };
        foreach (var filter in new[] { "", $"&clinic={clinic}", "&language=es", $"&clinic={clinic}&language=en" })
        {
            var counts = (await staff.GetAsync($"/staff?state=all{filter}")).Page.QuerySelectorAll("a[data-tab]")
                .ToDictionary(link => link.GetAttribute("data-tab")!, link => Number(link.QuerySelector(".count")!.TextContent));
            paths.AddRange(Tabs.SelectMany(tab => Pages($"/staff?state={tab}{filter}", counts[tab])));
        }

        foreach (var filter in new[] { "", $"&clinic={clinic}" })
        {
            var chips = (await staff.GetAsync($"/staff/delivery?{filter.TrimStart('&')}")).Page.QuerySelectorAll(".chips a")
                .Select(link => link.TextContent.Split(": ")).ToList();
            var counts = chips.Skip(1).Select(parts => Number(parts[1])).ToList();
            foreach (var (state, count) in States.Zip(counts))
            {
                paths.AddRange(Pages($"/staff/delivery?state={state}{filter}", count));
            }

            paths.AddRange(Pages($"/staff/delivery?x{filter}", counts.Sum()));
        }

        var requests = (await staff.GetAsync("/staff?state=all&page=7")).Page.QuerySelectorAll("a[href^='/staff/requests/']")
            .Select(link => link.GetAttribute("href")!.Split('?')[0])
            .Where(path => path != "/staff/requests/new");
        var person = (await staff.GetAsync("/staff/people")).Page.QuerySelector("main tbody a")!.GetAttribute("href")!;
        return [.. paths, requests.First(), "/staff/requests/new", "/staff/people", "/staff/people?page=5", person, "/staff/password"];
    }

    private static IEnumerable<string> Pages(string list, int count)
    {
        var last = Math.Max(1, (count + PageSize - 1) / PageSize);
        return new[] { 1, (last + 1) / 2, last }.Distinct().Select(page => page == 1 ? list : $"{list}&page={page}");
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
