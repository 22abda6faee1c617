using System.Globalization;
using System.Net;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Text;

namespace PhysioSite.Tests.HostileInput;

/// <summary>Sends the corpus through the forms of the staff pages, because staff paste text that they receive.</summary>
public sealed class HostileDeskTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public async Task Note_OfAnythingAtAll_IsKeptAndShownOrRefusedAtTheField()
    {
        var desk = await site.Administrator;
        var reference = (await site.AskAsync()).Reference;
        var path = $"/staff/requests/{reference}";
        var token = await TokenAsync(desk, path);
        var version = 0;
        foreach (var hostile in Corpus.Sample(4, seed: 21).Where(hostile => !hostile.Bytes.Contains((byte)0)))
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await desk.PostRawAsync(
                    path + "?handler=Note",
                    [("Version", $"{version}"), ("Note", hostile.Encoded), ("__RequestVerificationToken", token)]);
                if (answer.Status == HttpStatusCode.Redirect)
                {
                    version++;
                    var history = (await site.FindAsync(reference)).History;
                    var kept = history.Last(happened => happened.Kind == RequestEventKind.Note).Note!.Value!;
                    Assert.True(UserText.IsReadable(kept));
                    Assert.Equal(hostile.IsText ? UserText.Lines(hostile.Text) : kept, kept);
                }
                else
                {
                    Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                    answer.AssertInert();
                    Assert.NotNull(answer.Page.QuerySelector("#note-error"));
                }
            });
        }

        Assert.True(version > 0, "No note was kept.");
        var page = await desk.GetAsync(path);
        page.AssertInert();
        Assert.Equal(version, page.Page.QuerySelectorAll(".history p.pre").Length);
    }

    /// <summary>The version matches the request, so that only the value can cause the refusal.</summary>
    [Theory]
    [InlineData("Schedule", "Agreed")]
    [InlineData("Close", "Outcome")]
    public async Task Record_OfAnythingAtAll_IsRefusedAtItsFieldAndChangesNothing(string handler, string field)
    {
        var desk = await site.Administrator;
        var reference = (await site.AskAsync()).Reference;
        var path = $"/staff/requests/{reference}";
        var token = await TokenAsync(desk, path);
        var sample = Corpus.Sample(1, seed: 22)
            .Concat(field == "Agreed" ? Corpus.ByKind["dates"] : [])
            .Where(hostile => !hostile.Text.Contains("AppointmentMade", StringComparison.Ordinal));
        foreach (var hostile in sample)
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await desk.PostRawAsync(
                    $"{path}?handler={handler}",
                    [("Version", "0"), ("Note", ""), (field, hostile.Encoded), ("__RequestVerificationToken", token)]);
                answer.AssertInert();
                Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                if (!hostile.Bytes.Contains((byte)0))
                {
                    Assert.NotNull(answer.Page.QuerySelector($"#{field.ToLowerInvariant()}-error"));
                }
            });
        }

        var request = await site.FindAsync(reference);
        Assert.Equal((RequestState.New, 0), (request.State, request.Version));

        // The same post with a valid value is accepted.
        var taken = await desk.PostRawAsync(
            $"{path}?handler={handler}",
            [("Version", "0"), ("Agreed", "2026-11-18T10%3A00"), ("Outcome", "AppointmentMade"), ("__RequestVerificationToken", token)]);
        Assert.Equal((HttpStatusCode.Redirect, path), (taken.Status, taken.Location));
    }

    /// <summary>
    /// The version is the one that the page showed. A value that is not a number is not treated as 0, the version of an unchanged
    /// request.
    /// </summary>
    [Fact]
    public async Task Version_OfAnythingThatIsNoNumber_IsRefusedAndChangesNothing()
    {
        var desk = await site.Administrator;
        var reference = (await site.AskAsync()).Reference;
        var path = $"/staff/requests/{reference}";
        var token = await TokenAsync(desk, path);
        var sample = Corpus.Sample(1, seed: 25)
            .Where(hostile => !int.TryParse(hostile.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));
        foreach (var hostile in sample)
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await desk.PostRawAsync(
                    $"{path}?handler=Claim",
                    [("Version", hostile.Encoded), ("__RequestVerificationToken", token)]);
                answer.AssertInert();
                Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            });
        }

        var request = await site.FindAsync(reference);
        Assert.Equal((RequestState.New, 0), (request.State, request.Version));

        // The same post with the version from the page is accepted.
        var taken = await desk.PostRawAsync($"{path}?handler=Claim", [("Version", "0"), ("__RequestVerificationToken", token)]);
        Assert.Equal((HttpStatusCode.Redirect, path), (taken.Status, taken.Location));
    }

    [Fact]
    public async Task SignIn_AsAnythingAtAll_IsRefused()
    {
        using var browser = site.Open();
        var token = await TokenAsync(browser, "/staff/sign-in");
        foreach (var hostile in Corpus.Sample(1, seed: 23).Concat(Corpus.ByKind["unassigned"]))
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var answer = await browser.PostRawAsync(
                    "/staff/sign-in",
                    [
                        ("Email", hostile.Encoded),
                        ("Password", hostile.Encoded),
                        ("to", hostile.Encoded),
                        ("__RequestVerificationToken", token),
                    ]);
                Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                answer.AssertInert();
            });
        }
    }

    [Fact]
    public async Task Person_OfAnythingAtAll_IsRefusedOrShownAsTyped()
    {
        var administrator = await site.Administrator;
        var token = await TokenAsync(administrator, "/staff/people");
        var (number, added) = (0, 0);
        foreach (var hostile in Corpus.Sample(1, seed: 24))
        {
            await Failing.NamesAsync(hostile, async () =>
            {
                var refused = await administrator.PostRawAsync(
                    "/staff/people",
                    [
                        ("Name", hostile.Encoded),
                        ("Email", hostile.Encoded),
                        ("Role", hostile.Encoded),
                        ("Clinics", hostile.Encoded),
                        ("__RequestVerificationToken", token),
                    ]);
                Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
                refused.AssertInert();
                var answer = await administrator.PostRawAsync(
                    "/staff/people",
                    [
                        ("Name", hostile.Encoded),
                        ("Email", $"hostile{++number}%40staff.example"),
                        ("Role", "Staff"),
                        ("Clinics", "madison"),
                        ("__RequestVerificationToken", token),
                    ]);
                answer.AssertInert();
                answer.AssertIs(HttpStatusCode.OK, HttpStatusCode.BadRequest);
                if (answer.Status == HttpStatusCode.OK)
                {
                    added++;
                    if (hostile.IsText)
                    {
                        var names = answer.Page.QuerySelectorAll("tbody th").Select(name => name.TextContent);
                        Assert.Contains(UserText.OneLine(hostile.Text), names);
                    }
                }
                else if (!hostile.Bytes.Contains((byte)0))
                {
                    Assert.NotNull(answer.Page.QuerySelector("#name-error"));
                }
            });
        }

        Assert.True(added > 0, "Nobody was added.");
    }

    private static async Task<string> TokenAsync(Browser browser, string path)
    {
        var page = (await browser.GetAsync(path)).Page;
        return Uri.EscapeDataString(page.QuerySelector("main [name=__RequestVerificationToken]")!.GetAttribute("value")!);
    }
}
