using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace PhysioSite.Tests.Features.Staff.Accounts;

/// <summary>When Identity refuses to save a change, the site does not report success.</summary>
public sealed class IdentityResultTests
{
    private const string NewPassword = "another four odd words";

    [Theory]
    [InlineData("Active", null)]
    [InlineData("Clinics", "phoenix")]
    public async Task Person_ChangedByTwoAtTheSameMoment_Returns409AndClaimsNothing(string field, string? value)
    {
        using var site = new StaffSite();
        var email = site.NewEmail("mary");
        using var mary = await site.MadisonAsync(email);
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));
        var path = await site.PersonPathAsync(email);
        var page = await administrator.GetAsync(path);

        var meanwhile = await ChangeAllMeanwhileAsync(site);
        var refused = await administrator.SubmitAsync(page, "main form", [new(field, value)]);
        await meanwhile.DisposeAsync();

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        var summary = refused.Page.QuerySelector("#error-summary")!;
        Assert.Contains("Someone else changed this person", summary.TextContent, StringComparison.Ordinal);
        Assert.Equal(field != "Active", refused.Page.QuerySelector("#active")!.HasAttribute("checked"));
        var next = await administrator.GetAsync(path);
        Assert.DoesNotContain("Saved", next.Main, StringComparison.Ordinal);
        Assert.True(next.Page.QuerySelector("#active")!.HasAttribute("checked"));
        Assert.Equal(["madison"], await ClinicsAsync(site, email));
        Assert.Equal(HttpStatusCode.OK, (await mary.GetAsync("/staff")).Status);

        var saved = await administrator.SubmitAsync(refused, "main form", [new(field, value)]);
        Assert.Contains("Saved", (await administrator.GetAsync(saved.Location!)).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_OfAPersonWhomSomeoneElseChanges_Returns409AndStays()
    {
        using var site = new StaffSite();
        var email = site.NewEmail("mary");
        using var mary = await site.MadisonAsync(email);
        var page = await mary.GetAsync("/staff/password");

        var meanwhile = await ChangeAllMeanwhileAsync(site);
        var refused = await mary.SubmitAsync(page, "main form", [new("Current", StaffJourney.Password), new("Password", NewPassword)]);
        await meanwhile.DisposeAsync();

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        var summary = refused.Page.QuerySelector("#error-summary")!;
        Assert.Contains("Someone else changed this person", summary.TextContent, StringComparison.Ordinal);
        Assert.All(refused.Page.QuerySelectorAll("input[type=password]"), input => Assert.False(input.HasAttribute("value")));
        using var anew = site.Open();
        Assert.Equal(HttpStatusCode.Redirect, (await anew.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task PasswordByLink_OfAPersonWhomSomeoneElseChanges_Returns409AndTheLinkStillWorks()
    {
        using var site = new StaffSite();
        using var administrator = await site.AdministratorAsync(site.NewEmail("admin"));
        var added = await administrator.AddPersonAsync(
            ("Name", "Mary"), ("Email", site.NewEmail("mary")), ("Role", "Staff"), ("Clinics", "phoenix"));
        using var mary = site.Open();
        var page = await mary.OpenLinkAsync(PeopleSteps.LinkOn(added));

        var meanwhile = await ChangeAllMeanwhileAsync(site);
        var refused = await mary.SubmitAsync(page, "main form", [new("Password", NewPassword)]);
        await meanwhile.DisposeAsync();

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        var summary = refused.Page.QuerySelector("#error-summary")!;
        Assert.Contains("Someone else changed this person", summary.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await mary.SubmitAsync(refused, "main form", [new("Password", NewPassword)])).Status);
    }

    /// <summary>Checks the IL of the compiled program: an awaited result is discarded if the next instruction is pop.</summary>
    [Fact]
    public void Results_OfIdentity_AreDroppedNowhere()
    {
        const byte Call = 0x28;
        const byte Pop = 0x26;
        var (awaited, dropped) = (0, new List<string>());
        foreach (var method in typeof(Program).Assembly.GetTypes().SelectMany(type => type.GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)))
        {
            var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
            for (var i = 0; i + 5 < code.Length; i++)
            {
                if (code[i] == Call
                    && Called(method, BitConverter.ToInt32(code, i + 1)) is { Name: "GetResult" } called
                    && called.DeclaringType == typeof(TaskAwaiter<IdentityResult>))
                {
                    awaited++;
                    if (code[i + 5] == Pop)
                    {
                        dropped.Add($"{method.DeclaringType}");
                    }
                }
            }
        }

        Assert.True(awaited >= 5, $"{awaited} results are awaited");
        Assert.Empty(dropped);
    }

    /// <returns>Null if the bytes are not a call.</returns>
    private static MethodBase? Called(MethodInfo method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(
                token,
                method.DeclaringType?.GetGenericArguments(),
                method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>Simulates a concurrent change to each row after it is read: every update affects no rows.</summary>
    private static Task<IAsyncDisposable> ChangeAllMeanwhileAsync(StaffSite site) => site.IgnoreUpdatesAsync("AspNetUsers");

    private static Task<string[]> ClinicsAsync(StaffSite site, string email) => site.WithDatabaseAsync(async db =>
        (await db.Users.Include(member => member.Clinics).SingleAsync(member => member.Email == email))
            .Clinics.Select(clinic => clinic.ClinicSlug).ToArray());
}
