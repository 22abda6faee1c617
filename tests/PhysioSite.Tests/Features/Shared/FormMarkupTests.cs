using System.Net;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Tests.Features.Staff.Accounts;

namespace PhysioSite.Tests.Features.Shared;

/// <summary>All forms of the site show errors in the same way.</summary>
public sealed class FormMarkupTests(StaffSite site) : IClassFixture<StaffSite>
{
    /// <summary>Forms with errors: the name of the form, and the fields that the error summary links to.</summary>
    public static TheoryData<string, string[]> Forms => new()
    {
        { "request", ["zip", "name", "phone"] },
        { "clinics", ["zip"] },
        { "careers", ["zip"] },
        { "sign-in", ["email"] },
        { "people", ["name", "email", "role", "clinics"] },
        { "person", ["clinics"] },
        { "password", ["current"] },
        { "set-password", ["password"] },
        { "search", ["words"] },
        { "schedule", ["agreed", "note"] },
        { "close", ["outcome"] },
        { "note", ["note"] },
        { "hold", ["reason"] },
        { "erase", ["sure"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Form_WithMistakes_Returns400AndEachIsNamedInTheSummaryAndBesideItsField(string form, string[] fields)
    {
        var answer = await SendAsync(form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Error: ", answer.Page.Title, StringComparison.Ordinal);
        var summary = Assert.Single(answer.Page.QuerySelectorAll("main #error-summary[tabindex='-1'][autofocus]"));
        Assert.NotNull(summary.QuerySelector("[role=alert] h2"));
        var links = summary.QuerySelectorAll("a");
        Assert.Equal(fields, links.Select(link => link.GetAttribute("href")![1..]));
        Assert.All(links, link =>
        {
            var control = answer.Page.QuerySelector(link.GetAttribute("href")!)!;
            Assert.True(control.LocalName is "input" or "select" or "textarea", control.LocalName);
            var error = answer.Page.GetElementById($"{control.Id}-error")!;
            Assert.Equal($"Error: {link.TextContent}", Answer.Words(error));
            var described = control.Closest("fieldset") ?? control;
            Assert.Contains(error.Id, described.GetAttribute("aria-describedby")!.Split(' '));
            Assert.Equal(described == control ? "true" : null, control.GetAttribute("aria-invalid"));
        });
        Assert.Equal(fields.Length, answer.Page.QuerySelectorAll("main .error").Length);
        AssertIsSound(answer);
    }

    [Theory]
    [InlineData("/request-appointment")]
    [InlineData("/es/request-appointment")]
    [InlineData("/clinics")]
    [InlineData("/careers")]
    [InlineData("/staff")]
    [InlineData("/staff/people")]
    [InlineData("/staff/search")]
    [InlineData("/staff/password")]
    public async Task Form_BeforeItIsSent_ShowsNoError(string path)
    {
        var administrator = await site.Administrator;

        var page = await administrator.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Page.QuerySelectorAll("#error-summary, .error, .invalid, [aria-invalid]"));
        Assert.DoesNotContain("Error", page.Page.Title, StringComparison.Ordinal);
        AssertIsSound(page);
    }

    private async Task<Answer> SendAsync(string form)
    {
        using var anyone = site.Open();
        var administrator = await site.Administrator;
        switch (form)
        {
            case "request":
                return await anyone.SubmitAsync(await anyone.GetAsync(RequestJourney.Path), RequestJourney.Form, []);
            case "clinics" or "careers":
                return await anyone.GetAsync($"/{form}?zip=abc");
            case "sign-in":
                return await anyone.SignInAsync("nobody@example.org", "not the password at all");
            case "people":
                return await administrator.AddPersonAsync(("Role", "x"), ("Clinics", "x"));
            case "person":
                var email = site.NewEmail("person");
                (await site.MadisonAsync(email)).Dispose();
                return await administrator.SubmitAsync(
                    await administrator.GetAsync(await site.PersonPathAsync(email)), "main form", [new("Clinics", "atlantis")]);
            case "password":
                return await administrator.SubmitAsync(
                    await administrator.GetAsync("/staff/password"),
                    "main form",
                    [new("Current", "not the password"), new("Password", "another four odd words")]);
            case "set-password":
                var added = await administrator.AddPersonAsync(
                    ("Name", "Mary"), ("Email", site.NewEmail("mary")), ("Role", "Staff"), ("Clinics", "phoenix"));
                return await anyone.SubmitAsync(
                    await anyone.OpenLinkAsync(PeopleSteps.LinkOn(added)), "main form", [new("Password", "short")]);
            case "search":
                return await administrator.SubmitAsync(await administrator.GetAsync("/staff/search"), "main form", [new("Words", "x")]);
            default:
                var page = await administrator.OpenRequestAsync((await site.AskAsync()).Reference);
                return form switch
                {
                    "schedule" => await administrator.PressAsync(page, "Schedule", ("Note", new string('n', 1001))),
                    "close" => await administrator.PressAsync(page, "Close"),
                    "note" => await administrator.PressAsync(page, "Note"),
                    _ => await administrator.SubmitAsync(page, $"form[action$='handler={form[..1].ToUpperInvariant()}{form[1..]}']", []),
                };
        }
    }

    /// <summary>
    /// Asserts that ids are unique, references to ids resolve, every control has a label, and no password is in the page source.
    /// </summary>
    private static void AssertIsSound(Answer answer)
    {
        var ids = answer.Page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();
        Assert.Distinct(ids);
        var references = answer.Page.QuerySelectorAll("[aria-describedby]")
            .SelectMany(element => element.GetAttribute("aria-describedby")!.Split(' '));
        Assert.Subset(ids.ToHashSet(), references.ToHashSet());
        Assert.Subset(ids.ToHashSet(), answer.Page.QuerySelectorAll("label[for]").Select(label => label.GetAttribute("for")!).ToHashSet());
        Assert.All(
            answer.Page.QuerySelectorAll("main form input:not([type=hidden]):not([aria-hidden]), main form select, main form textarea"),
            control => Assert.NotNull(answer.Page.QuerySelector($"label[for='{control.Id}']")));
        Assert.All(answer.Page.QuerySelectorAll("input[type=password]"), input =>
        {
            Assert.False(input.HasAttribute("value"));
            Assert.True(input.GetAttribute("autocomplete") is "current-password" or "new-password");
        });
    }
}
