using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts;

namespace PhysioSite.Tests.Features.Staff;

/// <summary>The staff desk of a group with more clinics and people than fit in a list.</summary>
public sealed class LargeGroupDeskTests : IClassFixture<LargeGroup>, IAsyncLifetime
{
    private const int People = 60;

    private readonly Site _site;
    private readonly string _email = $"admin{Guid.NewGuid():N}@cedarandstride.example";
    private Browser _administrator = null!;

    public LargeGroupDeskTests(LargeGroup group) => _site = group.Site;

    public async Task InitializeAsync() => _administrator = await _site.SignInAsync(_email, StaffRoles.Administrator);

    public Task DisposeAsync()
    {
        _administrator.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("/staff", "clinic")]
    [InlineData("/staff/search", "Clinic")]
    [InlineData("/staff/delivery", "to")]
    [InlineData("/staff/requests/new", "clinic")]
    [InlineData("a request", "To")]
    public async Task Select_OfManyClinics_IsGroupedByState(string path, string name)
    {
        if (path == "a request")
        {
            using var patient = _site.Open();
            path = $"/staff/requests/{(await patient.AskAsync(("zip", "02108"))).Reference}";
        }

        var select = (await _administrator.GetAsync(path)).Page.QuerySelector($"select[name={name}]")!;

        var groups = select.QuerySelectorAll("optgroup").ToDictionary(
            group => group.GetAttribute("label")!, group => group.Children.Select(option => option.TextContent).ToList());
        Assert.Equal(groups.Keys.Order(StringComparer.Ordinal), groups.Keys);
        Assert.Equal(["Alameda, CA", "Berkeley, CA"], groups["California"].Take(2));
        Assert.Equal(LargeGroup.ClinicsInWisconsin, groups["Wisconsin"].Count);
        Assert.Contains("Madison, WI", groups["Wisconsin"]);
        var others = select.Children.Where(child => child.LocalName == "option").Select(option => option.TextContent).ToList();
        Assert.Equal("Virtual care", others[^1]);
        Assert.InRange(others.Count, 1, 2);
    }

    [Fact]
    public async Task Select_OfTheFewClinicsOfAPerson_HasNoGroups()
    {
        using var staff = await _site.SignInAsync(NewEmail(), StaffRoles.Staff, "copy-1", "boston");

        var select = (await staff.GetAsync("/staff")).Page.QuerySelector("select[name=clinic]")!;

        Assert.Equal(["All my clinics", "Boston", "Copy 1"], select.Children.Select(option => option.TextContent));
    }

    [Fact]
    public async Task Person_AtClinicsOfAState_HasOnlyThatStateOpenAndKeepsThem()
    {
        var email = NewEmail();
        await AddAsync(email, "A person", "copy-1", "copy-2");

        var page = await _administrator.GetAsync(await PathOfAsync(email));

        var open = Assert.Single(page.Page.QuerySelectorAll("main details[open]"));
        Assert.Equal($"Wisconsin ({LargeGroup.ClinicsInWisconsin})", open.QuerySelector("summary")!.TextContent);
        Assert.Equal(["copy-1", "copy-2"], Checked(open));
        Assert.Equal("Copy 1, WI", open.QuerySelector("label[for=clinics-copy-1]")!.TextContent);
        Assert.Equal(HttpStatusCode.Redirect, (await _administrator.SubmitAsync(page, "main form", [])).Status);
        Assert.Equal(["copy-1", "copy-2"], Checked((await _administrator.GetAsync(await PathOfAsync(email))).Page));
    }

    [Fact]
    public async Task Person_AtEveryClinic_IsStored()
    {
        var email = NewEmail();
        await AddAsync(email, "A person", "boston");
        var page = await _administrator.GetAsync(await PathOfAsync(email));
        var boxes = page.Page.QuerySelectorAll("input[name=Clinics]").Select(box => box.GetAttribute("value")).ToList();

        var answer = await _administrator.SubmitAsync(
            page, "main form", boxes.Select(slug => new KeyValuePair<string, string?>("Clinics", slug)));

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.True(boxes.Count > LargeGroup.ClinicsInWisconsin);
        Assert.Equal(boxes.Count, Checked((await _administrator.GetAsync(answer.Location!)).Page).Count);
        var row = (await _administrator.GetAsync($"/staff/people?find={email}")).Page.QuerySelector("main tbody tr")!;
        Assert.Contains($" and {boxes.Count - 10} more", Answer.Words(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_Many_AreFoundByPageAndByNameOrEmail()
    {
        var (mark, emails) = ($"{Guid.NewGuid():N}"[..8], new List<string>());
        for (var i = 1; i <= People; i++)
        {
            emails.Add($"{mark}-{i:00}@cedarandstride.example");
            await AddAsync(emails[^1], $"Zoë {mark} {i:00}", "boston");
        }

        var (found, pages) = (new List<string>(), 0);
        for (var path = $"/staff/people?find=zoe+{mark}"; path is not null; pages++)
        {
            var page = (await _administrator.GetAsync(path)).Page;
            Assert.Equal($"{People} people.", page.QuerySelector("main [role=status]")!.TextContent);
            found.AddRange(EmailsOn(page));
            path = page.QuerySelector(".pages a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(emails, found);
        Assert.Equal(2, pages);
        Assert.Equal([emails[6]], EmailsOn((await _administrator.GetAsync($"/staff/people?find={emails[6]}")).Page));
        var none = await _administrator.GetAsync($"/staff/people?find={mark}+nobody");
        Assert.Contains("Nobody found.", none.Main, StringComparison.Ordinal);
        Assert.Equal($"{mark} nobody", none.Page.QuerySelector("input[name=find]")!.GetAttribute("value"));
    }

    private static List<string> EmailsOn(IParentNode page) =>
        [.. page.QuerySelectorAll("main tbody tr").Select(row => row.Children[1].TextContent)];

    private static List<string> Checked(IParentNode part) =>
        [.. part.QuerySelectorAll("input[name=Clinics][checked]").Select(box => box.GetAttribute("value")!)];

    private static string NewEmail() => $"staff{Guid.NewGuid():N}@cedarandstride.example";

    private async Task AddAsync(string email, string name, params string[] clinics)
    {
        await using var scope = _site.Services.CreateAsyncScope();
        var (_, result) = await scope.ServiceProvider.GetRequiredService<StaffDirectory>()
            .AddAsync(email, name, StaffRoles.Staff, clinics);
        Assert.True(result.Succeeded);
    }

    private Task<string> PathOfAsync(string email) =>
        _site.WithDatabaseAsync(async db => $"/staff/people/{(await db.Users.SingleAsync(member => member.Email == email)).Id}");
}
