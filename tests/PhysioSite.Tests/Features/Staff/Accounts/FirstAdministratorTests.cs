using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Features.Staff.Accounts;

/// <summary>The first-administrator link of a new site.</summary>
public sealed class FirstAdministratorTests
{
    private const string Words = "another four odd words";

    [Fact]
    public async Task Link_OfANewSite_MakesAnAdministratorOnce()
    {
        using var site = new StaffSite();
        var link = await LinkAsync(site);
        using var second = site.Open();
        var page = await second.OpenLinkAsync(link);
        using var first = site.Open();

        var answer = await SubmitAsync(first, await first.OpenLinkAsync(link), "first@cedarandstride.example", Words);

        Assert.Equal((HttpStatusCode.Redirect, "/staff"), (answer.Status, answer.Location));
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/staff/people")).Status);
        using var again = site.Open();
        Assert.Equal(HttpStatusCode.Redirect, (await again.SignInAsync("first@cedarandstride.example", Words)).Status);

        Assert.Equal(HttpStatusCode.Gone, (await second.OpenLinkAsync(link)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await second.OpenLinkAsync(await LinkAsync(site))).Status);
        Assert.Equal(HttpStatusCode.Gone, (await SubmitAsync(second, page, "second@cedarandstride.example", Words)).Status);
        Assert.Equal(1, await site.WithDatabaseAsync(db => db.Users.CountAsync()));
    }

    [Fact]
    public async Task Link_UsedByTwoAtOnce_MakesOneAdministrator()
    {
        using var site = new StaffSite();
        var link = await LinkAsync(site);
        var browsers = Enumerable.Range(0, 4).Select(_ => site.Open()).ToList();
        var pages = await Task.WhenAll(browsers.Select(browser => browser.OpenLinkAsync(link)));

        var answers = await Task.WhenAll(browsers.Select((browser, i) =>
            Task.Run(() => SubmitAsync(browser, pages[i], $"first{i}@cedarandstride.example", Words))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Redirect);
        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Gone));
        Assert.Equal(1, await site.WithDatabaseAsync(db => db.Users.CountAsync()));
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task People_OfANewRoleWhoAreAddedAtOnce_AreAllAdded()
    {
        using var site = new StaffSite();

        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            await using var scope = site.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<StaffDirectory>()
                .AddAsync($"person{i}@cedarandstride.example", $"Person {i}", StaffRoles.Administrator, [], Words);
        })));

        Assert.All(added, one => Assert.NotNull(one.Member));
        Assert.Equal(1, await site.WithDatabaseAsync(db => db.Roles.CountAsync()));
    }

    [PostgreSqlFact]
    public async Task Person_OfARoleThatAnotherInstanceMakesMeanwhile_IsAdded()
    {
        var database = PostgreSqlServer.Create();
        try
        {
            using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
            site.Settings["Database:ConnectionString"] = database;
            await using var scope = site.Services.CreateAsyncScope();
            var directory = scope.ServiceProvider.GetRequiredService<StaffDirectory>();
            Task<(StaffMember? Member, IdentityResult Result)> adding;
            await using (await site.Services.GetRequiredService<IInstanceLock>().EnterAsync("IdentityRole", CancellationToken.None))
            {
                adding = Task.Run(() => directory.AddAsync("first@cedarandstride.example", "First", StaffRoles.Administrator, [], Words));
                await WaitsForALockAsync(site, adding);
                await site.WithDatabaseAsync(async db =>
                {
                    db.Roles.Add(new IdentityRole<Guid>(StaffRoles.Administrator)
                    {
                        NormalizedName = StaffRoles.Administrator.ToUpperInvariant(),
                    });
                    return await db.SaveChangesAsync();
                });
            }

            Assert.NotNull((await adding).Member);
            Assert.Equal(1, await site.WithDatabaseAsync(db => db.Roles.CountAsync()));
        }
        finally
        {
            PostgreSqlServer.Drop(database);
        }
    }

    [PostgreSqlFact]
    public async Task Link_UsedWhileAnotherInstanceMakesTheAdministrator_MakesNone()
    {
        var database = PostgreSqlServer.Create();
        try
        {
            using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
            site.Settings["Database:ConnectionString"] = database;
            using var browser = site.Open();
            var page = await browser.OpenLinkAsync(await LinkAsync(site));
            Task<Answer> sent;
            await using (await site.Services.GetRequiredService<IInstanceLock>().EnterAsync("FirstAdministrator", CancellationToken.None))
            {
                sent = Task.Run(() => SubmitAsync(browser, page, "second@cedarandstride.example", Words));
                await WaitsForALockAsync(site, sent);
                using var first = await site.AdministratorAsync("first@cedarandstride.example");
            }

            Assert.Equal(HttpStatusCode.Gone, (await sent).Status);
            Assert.Equal(1, await site.WithDatabaseAsync(db => db.Users.CountAsync()));
        }
        finally
        {
            PostgreSqlServer.Drop(database);
        }
    }

    [Theory]
    [InlineData("Password", "short", "password", null)]
    [InlineData("Password", "", "password", "Choose a password of at least 12 characters")]
    [InlineData("Name", " ", "name", "Enter your name, of at most 100 characters")]
    [InlineData("Email", "first", "email", "Enter your email address, like name@example.com")]
    public async Task Form_WithAMistake_IsRefusedAndKept(string field, string value, string id, string? message)
    {
        using var site = new StaffSite();
        using var browser = site.Open();
        var answers = new Dictionary<string, string?>
        {
            ["Name"] = "Mary Ann",
            ["Email"] = "first@cedarandstride.example",
            ["Password"] = Words,
        };
        answers[field] = value;

        var refused = await browser.SubmitAsync(await browser.OpenLinkAsync(await LinkAsync(site)), "main form", answers);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var error = Answer.Words(refused.Page.QuerySelector($"#{id}-error")!);
        Assert.True(message is null ? error.Length > "Error: ".Length : error == $"Error: {message}", error);
        Assert.NotNull(refused.Page.QuerySelector($"#error-summary a[href='#{id}']"));
        Assert.Equal(answers["Name"]!.Trim(), refused.Page.QuerySelector("#name")!.GetAttribute("value") ?? "");
        Assert.Equal(answers["Email"], refused.Page.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Null(refused.Page.QuerySelector("#password")!.GetAttribute("value"));
        Assert.Equal(0, await site.WithDatabaseAsync(db => db.Users.CountAsync()));

        var corrected = await browser.SubmitAsync(
            refused, "main form", [new("Name", "Mary"), new("Email", "first@cedarandstride.example"), new("Password", Words)]);
        Assert.Equal(HttpStatusCode.Redirect, corrected.Status);
    }

    [Fact]
    public async Task Link_GarbledOrOfAnotherSite_IsAnsweredAsUsedUp()
    {
        using var site = new StaffSite();
        using var other = new StaffSite();
        using var browser = site.Open();

        foreach (var link in new[]
        {
            "/staff/first-administrator",
            "/staff/first-administrator?code=",
            "/staff/first-administrator?code=!",
            "/staff/first-administrator?code=QUJD",
            await LinkAsync(other),
        })
        {
            var answer = await browser.OpenLinkAsync(link);
            Assert.Equal(HttpStatusCode.Gone, answer.Status);
            Assert.Null(answer.Page.QuerySelector("main form"));
        }
    }

    private static async Task<string> LinkAsync(StaffSite site)
    {
        await using var scope = site.Services.CreateAsyncScope();
        return scope.ServiceProvider.GetRequiredService<StaffDirectory>().FirstAdministratorLink().PathAndQuery;
    }

    private static Task<Answer> SubmitAsync(Browser browser, Answer page, string email, string password) =>
        browser.SubmitAsync(page, "main form", [new("Name", "Mary Ann"), new("Email", email), new("Password", password)]);

    private static Task WaitsForALockAsync(Site site, Task work) => Eventually.TrueAsync(
        async () => work.IsCompleted || await site.WithDatabaseAsync(db => db.Database
            .SqlQuery<int>($"SELECT 1 AS \"Value\" FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").AnyAsync()),
        "the second waits");
}
