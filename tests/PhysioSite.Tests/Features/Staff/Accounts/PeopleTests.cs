using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Features.Staff.Accounts;

internal static class PeopleSteps
{
    /// <summary>The path of the one-time link on the page.</summary>
    public static string LinkOn(Answer page) => new Uri(page.Page.QuerySelector(".one-time-link")!.TextContent).PathAndQuery;

    public static async Task<Answer> AddPersonAsync(this Browser administrator, params (string Field, string? Value)[] answers) =>
        await administrator.SubmitAsync(
            await administrator.GetAsync("/staff/people"),
            "main form",
            answers.Select(answer => new KeyValuePair<string, string?>(answer.Field, answer.Value)));
}

/// <summary>Administrators add staff, and staff set their password through a one-time link.</summary>
public sealed class PeopleTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Words = "another four odd words";

    [Fact]
    public async Task Person_Added_SetsAPasswordByTheLinkAndSeesOnlyTheirClinics()
    {
        var (own, others) = (await site.AskAsync(("clinic", "phoenix")), await site.AskAsync(("clinic", "madison")));
        var administrator = await site.Administrator;
        var email = site.NewEmail("mary");

        var added = await administrator.AddPersonAsync(("Name", "Mary Ann"), ("Email", email), ("Role", "Staff"), ("Clinics", "phoenix"));

        Assert.Equal(HttpStatusCode.OK, added.Status);
        Assert.Equal("www.physiosite.example", new Uri(added.Page.QuerySelector(".one-time-link")!.TextContent).Host);
        Assert.Equal("Mary Ann " + email + " Staff Phoenix Has not set a password", RowOf(added, email));
        Assert.Equal("", added.Page.QuerySelector("#email")!.GetAttribute("value") ?? "");
        using var mary = site.Open();
        var page = await mary.OpenLinkAsync(PeopleSteps.LinkOn(added));
        Assert.Contains($"For Mary Ann, {email}.", page.Main, StringComparison.Ordinal);
        var signedIn = await mary.SubmitAsync(page, "main form", [new("Password", Words)]);

        Assert.Equal((HttpStatusCode.Redirect, "/staff"), (signedIn.Status, signedIn.Location));
        var queue = (await mary.GetAsync("/staff")).Text;
        Assert.Contains(own.Reference, queue, StringComparison.Ordinal);
        Assert.DoesNotContain(others.Reference, queue, StringComparison.Ordinal);
        using var again = site.Open();
        Assert.Equal(HttpStatusCode.Redirect, (await again.SignInAsync(email, Words)).Status);
        Assert.EndsWith("Active", RowOf(await administrator.GetAsync("/staff/people"), email), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Administrator_Added_SeesEveryClinicAndMayAddPeople()
    {
        var receipt = await site.AskAsync(("clinic", "phoenix"));
        var administrator = await site.Administrator;
        var email = site.NewEmail("mary");
        var added = await administrator.AddPersonAsync(("Name", "Mary"), ("Email", email), ("Role", "Administrator"));
        using var mary = site.Open();

        await mary.SubmitAsync(await mary.OpenLinkAsync(PeopleSteps.LinkOn(added)), "main form", [new("Password", Words)]);

        Assert.Contains(receipt.Reference, (await mary.GetAsync("/staff")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await mary.GetAsync("/staff/people")).Status);
    }

    [Fact]
    public async Task Link_Used_WorksNoMore()
    {
        var (_, link) = await AddAsync();
        using var finder = site.Open();
        var page = await finder.OpenLinkAsync(link);
        using var mary = site.Open();
        await mary.SubmitAsync(await mary.OpenLinkAsync(link), "main form", [new("Password", Words)]);

        var opened = await finder.OpenLinkAsync(link);
        var sent = await finder.SubmitAsync(page, "main form", [new("Password", "the finder's own words")]);

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.Gone), (opened.Status, sent.Status));
        Assert.Contains("This link no longer works", opened.Main, StringComparison.Ordinal);
        Assert.Null(opened.Page.QuerySelector("main form"));
    }

    [Fact]
    public async Task Link_MadeAnew_WorksAndUsingItEndsTheEarlierOne()
    {
        var (email, first) = await AddAsync();
        var administrator = await site.Administrator;
        var made = await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "form[action*='handler=Link']", []);
        using var mary = site.Open();

        var answer = await mary.SubmitAsync(await mary.OpenLinkAsync(PeopleSteps.LinkOn(made)), "main form", [new("Password", Words)]);

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal(HttpStatusCode.Gone, (await mary.OpenLinkAsync(first)).Status);
    }

    [Fact]
    public async Task Link_OfAPersonWhoseClinicsChange_StillWorks()
    {
        var (email, link) = await AddAsync();
        var administrator = await site.Administrator;
        await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "main form", [new("Clinics", "phoenix")]);
        using var mary = site.Open();

        Assert.Equal(HttpStatusCode.OK, (await mary.OpenLinkAsync(link)).Status);
    }

    [Fact]
    public async Task Link_OfAPersonWhoMayNotSignIn_IsWorthlessAndNotMade()
    {
        var (email, link) = await AddAsync();
        var administrator = await site.Administrator;
        var page = await administrator.GetAsync(await site.PersonPathAsync(email));
        await administrator.SubmitAsync(page, "main form", [new("Active", null)]);
        using var mary = site.Open();

        Assert.Equal(HttpStatusCode.Gone, (await mary.OpenLinkAsync(link)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await administrator.SubmitAsync(page, "form[action*='handler=Link']", [])).Status);
    }

    [Theory]
    [InlineData("code=")]
    [InlineData("code=%20")]
    [InlineData("code=!!!!")]
    [InlineData("code=QUJD")]
    [InlineData("person=00000000-0000-0000-0000-000000000000")]
    [InlineData("person=nonsense")]
    public async Task Link_Garbled_IsAnsweredAsUsedUp(string change)
    {
        var (_, link) = await AddAsync();
        var name = change.Split('=')[0];
        var fields = link.Split('&', '?').Skip(1)
            .Select(part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase) ? change : part);
        var garbled = string.Join('&', fields);
        using var browser = site.Open();

        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenLinkAsync($"/staff/set-password?{garbled}")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("eleven char")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    public async Task Password_TooWeak_IsRefusedAndTheLinkStillWorks(string password)
    {
        var (_, link) = await AddAsync();
        using var mary = site.Open();

        var refused = await mary.SubmitAsync(await mary.OpenLinkAsync(link), "main form", [new("Password", password)]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.NotEmpty(refused.Page.QuerySelectorAll("#error-summary a[href='#password']"));

        Assert.Equal(HttpStatusCode.Redirect, (await mary.SubmitAsync(refused, "main form", [new("Password", Words)])).Status);
    }

    [Fact]
    public async Task Lockout_OfAPersonWhoSetsANewPassword_Ends()
    {
        var email = site.NewEmail("mary");
        using var mary = await site.MadisonAsync(email);
        using var guesser = site.Open();
        for (var i = 0; i < 5; i++)
        {
            await guesser.SignInAsync(email, "not the password at all");
        }

        var administrator = await site.Administrator;
        var made = await administrator.SubmitAsync(
            await administrator.GetAsync(await site.PersonPathAsync(email)), "form[action*='handler=Link']", []);
        using var anew = site.Open();
        await anew.SubmitAsync(await anew.OpenLinkAsync(PeopleSteps.LinkOn(made)), "main form", [new("Password", Words)]);

        Assert.Equal(HttpStatusCode.Redirect, (await guesser.SignInAsync(email, Words)).Status);
    }

    [Theory]
    [InlineData("Name", "", "name", "Enter the person’s name, of at most 100 characters")]
    [InlineData("Name", "101", "name", "Enter the person’s name, of at most 100 characters")]
    [InlineData("Email", "", "email", "Enter an email address like name@example.com")]
    [InlineData("Email", "mary", "email", "Enter an email address like name@example.com")]
    [InlineData("Email", "Mary <mary@cedarandstride.example>", "email", "Enter an email address like name@example.com")]
    [InlineData("Role", "Emperor", "role", "Choose a role")]
    [InlineData("Clinics", null, "clinics", "Choose at least one clinic")]
    [InlineData("Clinics", "atlantis", "clinics", "Choose at least one clinic")]
    public async Task Person_WithAMistake_Returns400NamesTheFieldAndKeepsTheAnswers(string field, string? value, string id, string message)
    {
        var answers = new Dictionary<string, string?>
        {
            ["Name"] = "Mary Ann",
            ["Email"] = site.NewEmail("mary"),
            ["Role"] = "Staff",
            ["Clinics"] = "phoenix",
        };
        answers[field] = value == "101" ? new string('m', 101) : value;
        var administrator = await site.Administrator;
        var before = await CountAsync();

        var answer = await administrator.AddPersonAsync([.. answers.Select(pair => (pair.Key, pair.Value))]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal($"Error: {message}", Answer.Words(answer.Page.QuerySelector($"#{id}-error")!));
        Assert.Equal(message, answer.Page.QuerySelector($"#error-summary a[href='#{id}']")!.TextContent);
        Assert.Equal(answers["Name"], answer.Page.QuerySelector("#name")!.GetAttribute("value") ?? "");
        Assert.Equal(answers["Email"], answer.Page.QuerySelector("#email")!.GetAttribute("value") ?? "");
        Assert.Equal(answers["Clinics"] == "phoenix" ? 1 : 0, answer.Page.QuerySelectorAll("input[name=Clinics][checked]").Length);
        Assert.Null(answer.Page.QuerySelector(".one-time-link"));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task Person_WithAnAddressOnTheList_Returns400()
    {
        var (email, _) = await AddAsync();
        var administrator = await site.Administrator;

        var answer = await administrator.AddPersonAsync(
            ("Name", "Mary"), ("Email", email.ToUpperInvariant()), ("Role", "Staff"), ("Clinics", "phoenix"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(
            ["This address belongs to someone on the list already"],
            answer.Page.QuerySelectorAll("#error-summary a").Select(link => link.TextContent));
    }

    [Fact]
    public async Task Person_WithMarkupInTheirName_IsShownAsTyped()
    {
        const string Name = "<script>alert(1)</script> & Söns";
        var administrator = await site.Administrator;
        var email = site.NewEmail("mary");

        var added = await administrator.AddPersonAsync(("Name", Name), ("Email", email), ("Role", "Staff"), ("Clinics", "phoenix"));

        Assert.StartsWith(Name, RowOf(added, email), StringComparison.Ordinal);
        Assert.Empty(added.Page.QuerySelectorAll("main script"));
    }

    private async Task<(string Email, string Link)> AddAsync()
    {
        var administrator = await site.Administrator;
        var email = site.NewEmail("mary");
        var added = await administrator.AddPersonAsync(
            ("Name", "Mary Ann"), ("Email", email), ("Role", StaffRoles.Staff), ("Clinics", "phoenix"));
        return (email, PeopleSteps.LinkOn(added));
    }

    private Task<int> CountAsync() => site.WithDatabaseAsync(db => db.Users.CountAsync(member => !member.Email!.StartsWith("admin")));

    private static string RowOf(Answer people, string email) =>
        string.Join(' ', people.Page.QuerySelectorAll("tbody tr")
            .Single(row => row.TextContent.Contains(email, StringComparison.Ordinal))
            .Children.Select(Answer.Words));
}
