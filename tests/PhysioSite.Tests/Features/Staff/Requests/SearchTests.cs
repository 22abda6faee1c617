using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Staff.Requests.Search;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>Search for a patient whose name is encrypted. The search writes the name nowhere.</summary>
public sealed class SearchTests(SearchTests.SearchedSite site) : IClassFixture<SearchTests.SearchedSite>
{
    [Theory]
    [InlineData("zsófia")]
    [InlineData("ZSOFIA")]
    [InlineData("  kovacs   zsofia ")]
    [InlineData("415 555 0187")]
    [InlineData("(415) 555-0187")]
    [InlineData("+1 415.555.0187")]
    [InlineData("14155550187")]
    [InlineData("011 1 415 555 0187")]
    [InlineData("555-0187")]
    [InlineData("0187")]
    [InlineData("415 555 0187 (cell)")]
    [InlineData("４１５ ５５５ ０１８７")]
    [InlineData("ZSOFIA.K@example.com")]
    [InlineData("zsofia.k@")]
    public async Task Words_ThatFitAPatient_FindThem(string words)
    {
        Assert.Equal([site.Zsofia.Reference], References(await FindAsync(await site.Staff.Madison, words)));
    }

    [Theory]
    [InlineData("+52 55 1234 5678")]
    [InlineData("011 52 55 1234 5678")]
    [InlineData("00 52 55 1234 5678")]
    [InlineData("52 55 1234 5678")]
    [InlineData("55 1234 5678")]
    [InlineData("055 1234 5678")]
    [InlineData("5678")]
    [InlineData("+52 55 1234 5678 x4711")]
    [InlineData("tel:+525512345678")]
    public async Task Number_OfAnotherCountry_IsFoundInEveryNotation(string words)
    {
        Assert.Equal([site.Maria.Reference], References(await FindAsync(await site.Staff.Madison, words)));
    }

    [Theory]
    [InlineData("(608) 555-0199 ext. 12")]
    [InlineData("+1 608 555 0199")]
    [InlineData("0199")]
    [InlineData("5550199")]
    public async Task Number_StoredAsTypedByAnOlderVersion_IsFoundInEveryNotation(string words)
    {
        Assert.Equal([site.Typed.Reference], References(await FindAsync(await site.Staff.Madison, words)));
    }

    [Fact]
    public async Task Text_StoredAsTypedByAnOlderVersion_IsFoundByItsDigits()
    {
        Assert.Equal([site.NoNumber.Reference], References(await FindAsync(await site.Staff.Madison, "+7 946 660")));
    }

    [Fact]
    public async Task FamilyName_OfOneCharacter_IsFound()
    {
        var receipt = await site.Staff.AskAsync(("name", "李小龍"));

        Assert.Equal([receipt.Reference], References(await FindAsync(await site.Staff.Madison, "李")));
        var refused = await FindAsync(await site.Staff.Madison, "é");
        Assert.Contains("Enter at least 2 letters or digits", refused.Main, StringComparison.Ordinal);
    }

    /// <summary>As a person reads it out on the phone, in the search and in the address.</summary>
    [Fact]
    public async Task Reference_InGroups_IsFound()
    {
        var (first, second) = (site.Zsofia.Reference[..4].ToLowerInvariant(), site.Zsofia.Reference[4..]);
        var staff = await site.Staff.Madison;

        Assert.Equal([site.Zsofia.Reference], References(await FindAsync(staff, $"{first}-{second}")));
        Assert.Equal([site.Zsofia.Reference], References(await FindAsync(staff, $"{first} {second}")));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await staff.GetAsync($"/staff/requests/{first}-{second}")).Status);
    }

    [Fact]
    public async Task Reference_InSmallLetters_IsFound()
    {
        var found = await FindAsync(await site.Staff.Madison, site.Zsofia.Reference.ToLowerInvariant());

        Assert.Equal([site.Zsofia.Reference], References(found));
    }

    [Theory]
    [InlineData("zsofia nagy")]
    [InlineData("%")]
    [InlineData("555 9999")]
    [InlineData("602 555 0187")]
    [InlineData("1234 5679")]
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

        await site.Staff.RunSqlAsync($"UPDATE AppointmentRequests SET ErasedUtc = ReceivedUtc WHERE Reference = '{erased.Reference}'");

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

        Assert.Equal((HttpStatusCode.Redirect, "/staff/search"), (sent.Status, sent.Location!.Split('?')[0]));
        Assert.DoesNotContain(
            sent.Response.Headers.GetValues("Set-Cookie"),
            cookie => cookie.Contains("Quokka", StringComparison.OrdinalIgnoreCase));
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

    /// <summary>Submits the form on the search page and follows the redirect to the results.</summary>
    private static async Task<Answer> FindAsync(Browser staff, string words, string clinic = "")
    {
        var page = await staff.GetAsync("/staff/search");
        var answer = await staff.SubmitAsync(page, "main form", [new("Words", words), new("Clinic", clinic)]);
        return answer.Location is { } location ? await staff.GetAsync(location) : answer;
    }

    private static List<string> References(Answer answer) =>
        [.. answer.Page.QuerySelectorAll("main tbody tr").Select(row => row.GetAttribute("data-reference")!)];

    public sealed class SearchedSite : IAsyncLifetime
    {
        public StaffSite Staff { get; } = new();

        /// <summary>A request at Madison.</summary>
        public Receipt Zsofia { get; private set; } = null!;

        /// <summary>A request at Phoenix.</summary>
        public Receipt Peter { get; private set; } = null!;

        /// <summary>A request at Madison with a Mexican phone number.</summary>
        public Receipt Maria { get; private set; } = null!;

        /// <summary>A request at Madison with a phone number in the format of an older version.</summary>
        public Receipt Typed { get; private set; } = null!;

        /// <summary>A request at Madison with a text that an older version accepted as a phone number.</summary>
        public Receipt NoNumber { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Zsofia = await Staff.AskAsync(
                ("name", "Kovács Zsófia"), ("phone", "415-555-0187"), ("email", "zsofia.k@example.com"), ("note", "wombat"));
            Peter = await Staff.AskAsync(("name", "Péter Kovács"), ("phone", "602 555 0111"), ("clinic", "phoenix"));
            Maria = await Staff.AskAsync(("name", "María Example"), ("phone", "+52 55 1234 5678 ext. 4711"));
            Typed = await Staff.AskAsync(("name", "Typed Example"));
            await Staff.StoreAsTypedAsync(Typed.Reference, "608.555.0199 x12");
            NoNumber = await Staff.AskAsync(("name", "Number Example"));
            await Staff.StoreAsTypedAsync(NoNumber.Reference, "+7 (946) 660-00");
        }

        public async Task DisposeAsync() => await Staff.DisposeAsync();
    }
}
