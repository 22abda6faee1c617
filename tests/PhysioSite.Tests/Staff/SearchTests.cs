using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Support;

namespace PhysioSite.Tests.Staff;

/// <summary>Finding a patient whose name is encrypted, without writing the name anywhere.</summary>
public sealed class SearchTests(SearchTests.SearchedSite site) : IClassFixture<SearchTests.SearchedSite>
{
    [Theory]
    [InlineData("zsófia")]
    [InlineData("ZSOFIA")]
    [InlineData("  kovacs   zsofia ")]
    [InlineData("415 555 0187")]
    [InlineData("(415) 555-0187")]
    [InlineData("+1 415.555.0187")]
    [InlineData("0187")]
    [InlineData("ZSOFIA.K@example.com")]
    [InlineData("zsofia.k@")]
    public async Task Words_ThatFitAPatient_FindThem(string words)
    {
        Assert.Equal([site.Zsofia.Reference], References(await FindAsync(await site.Staff.Madison, words)));
    }

    [Fact]
    public async Task Reference_InSmallLetters_IsFound()
    {
        Assert.Equal([site.Zsofia.Reference], References(await FindAsync(await site.Staff.Madison, site.Zsofia.Reference.ToLowerInvariant())));
    }

    [Theory]
    [InlineData("zsofia nagy")]
    [InlineData("%")]
    [InlineData("555 9999")]
    [InlineData("wombat")]
    public async Task Words_ThatFitNobody_FindNobody(string words)
    {
        var answer = await FindAsync(await site.Staff.Madison, words + " ");

        Assert.Empty(References(answer));
        Assert.Contains(words.Length < 2 ? "Enter at least 2 letters" : "Nothing found.", answer.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patient_OfAnotherClinic_IsNotFound()
    {
        Assert.Empty(References(await FindAsync(await site.Staff.Phoenix, "zsofia")));
        Assert.Empty(References(await FindAsync(await site.Staff.Phoenix, "zsofia", "madison")));
        Assert.Equal([site.Zsofia.Reference], References(await FindAsync(await site.Staff.Administrator, "zsofia")));
    }

    [Fact]
    public async Task Clinic_Chosen_NarrowsWhatIsFound()
    {
        var administrator = await site.Staff.Administrator;

        Assert.Equal(2, References(await FindAsync(administrator, "kovács")).Count);
        Assert.Equal([site.Peter.Reference], References(await FindAsync(administrator, "kovács", "phoenix")));
    }

    [Fact]
    public async Task Erased_Request_IsNotFound()
    {
        var erased = await site.Staff.AskAsync(("name", "Erased Example"));
        Assert.Single(References(await FindAsync(await site.Staff.Madison, "erased example")));

        await site.Staff.WithDatabaseAsync(db => db.Database.ExecuteSqlAsync($"UPDATE AppointmentRequests SET ErasedUtc = ReceivedUtc WHERE Reference = {erased.Reference}"));

        Assert.Empty(References(await FindAsync(await site.Staff.Madison, "erased example")));
    }

    [Fact]
    public async Task Search_OfMany_ShowsTheNewestAndSaysThatThereAreMore()
    {
        using (var patient = site.Staff.Open())
        {
            for (var i = 0; i <= RequestSearch.Most; i++)
            {
                await patient.SendAsync(("name", "Many Example"));
            }
        }

        var answer = await FindAsync(await site.Staff.Madison, "many");

        Assert.Equal(RequestSearch.Most, References(answer).Count);
        Assert.Contains("More than 50 requests found. These are the newest.", answer.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_Always_LeavesTheNameOutOfAddressLogAndCookie()
    {
        using var staff = await site.Staff.MadisonAsync(site.Staff.NewEmail());
        var sent = await staff.SubmitAsync(await staff.GetAsync("/staff"), "main form[role=search]", [new("Words", "Quokkaname")]);

        Assert.Equal((HttpStatusCode.Redirect, "/staff/search"), (sent.Status, sent.Location));
        Assert.DoesNotContain(sent.Response.Headers.GetValues("Set-Cookie"), cookie => cookie.Contains("Quokka", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Nothing found.", (await staff.GetAsync("/staff/search")).Main, StringComparison.Ordinal);
        Assert.Equal("Quokkaname", (await staff.GetAsync("/staff/search")).Page.QuerySelector("#words")!.GetAttribute("value"));
        Assert.DoesNotContain(site.Staff.Logs.Lines, line => line.Contains("Quokka", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Search_OfSomeoneElseInTheSameBrowser_IsNotShown()
    {
        using var browser = await site.Staff.MadisonAsync(site.Staff.NewEmail());
        Assert.Single(References(await FindAsync(browser, "zsofia")));
        await browser.SubmitAsync(await browser.GetAsync("/staff"), "header form", []);
        var email = site.Staff.NewEmail();
        using var other = await site.Staff.MadisonAsync(email);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SignInAsync(email, StaffJourney.Password)).Status);

        Assert.Null((await browser.GetAsync("/staff/search")).Page.QuerySelector("#words")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Search_ByWhoIsNotSignedIn_IsRefused()
    {
        using var browser = site.Staff.Open();

        Assert.StartsWith("/staff/sign-in", (await browser.GetAsync("/staff/search")).Location, StringComparison.Ordinal);
    }

    /// <summary>Fills the box on the search page, and follows to what was found.</summary>
    private static async Task<Answer> FindAsync(Browser staff, string words, string clinic = "")
    {
        var answer = await staff.SubmitAsync(await staff.GetAsync("/staff/search"), "main form", [new("Words", words), new("Clinic", clinic)]);
        return answer.Location is { } location ? await staff.GetAsync(location) : answer;
    }

    private static List<string> References(Answer answer) => [.. answer.Page.QuerySelectorAll("main tbody th a").Select(link => link.TextContent)];

    public sealed class SearchedSite : IAsyncLifetime
    {
        public StaffSite Staff { get; } = new();

        /// <summary>At Madison.</summary>
        public Receipt Zsofia { get; private set; } = null!;

        /// <summary>At Phoenix.</summary>
        public Receipt Peter { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Zsofia = await Staff.AskAsync(("name", "Kovács Zsófia"), ("phone", "415-555-0187"), ("email", "zsofia.k@example.com"), ("note", "wombat"));
            Peter = await Staff.AskAsync(("name", "Péter Kovács"), ("phone", "602 555 0111"), ("clinic", "phoenix"));
        }

        public async Task DisposeAsync() => await Staff.DisposeAsync();
    }
}
