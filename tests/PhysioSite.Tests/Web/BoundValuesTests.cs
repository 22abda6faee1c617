using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Web;

/// <summary>
/// Each bound value of a page comes from one source: route, query or form. By default, the framework lets a form field replace any of
/// them.
/// </summary>
public sealed class BoundValuesTests(StaffSite site) : IClassFixture<StaffSite>
{
    [Fact]
    public void Value_OfEveryPage_NamesWhereItComesFrom()
    {
        var pages = typeof(Program).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(PageModel)) && !type.IsAbstract).ToList();
        var parameters = pages.SelectMany(page => page.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.Name.StartsWith("OnGet", StringComparison.Ordinal)
                || method.Name.StartsWith("OnPost", StringComparison.Ordinal))
            .SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType != typeof(CancellationToken))
            .Select(parameter => (
                Where: $"{parameter.Member.DeclaringType!.FullName}.{parameter.Member.Name}({parameter.Name})",
                Value: (ICustomAttributeProvider)parameter)).ToList();
        var properties = pages.SelectMany(page => page.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            .Where(property => property.IsDefined(typeof(BindPropertyAttribute)))
            .Select(property => (
                Where: $"{property.DeclaringType!.FullName}.{property.Name}",
                Value: (ICustomAttributeProvider)property)).ToList();

        Assert.True(
            parameters.Count > 20 && properties.Count > 5,
            $"{parameters.Count} parameters and {properties.Count} properties found");
        Assert.Empty(parameters.Concat(properties)
            .Where(bound => bound.Value.GetCustomAttributes(inherit: true)
                .OfType<IBindingSourceMetadata>()
                .All(source => source.BindingSource is null))
            .Select(bound => bound.Where));
    }

    [Theory]
    [InlineData("Claim")]
    [InlineData("NoAnswer")]
    [InlineData("Schedule")]
    [InlineData("Close")]
    [InlineData("Note")]
    [InlineData("Hold", "/retention")]
    [InlineData("Erase", "/retention")]
    public async Task Reference_InTheFormOrTheQuery_DoesNotReplaceThatOfThePath(string handler, string page = "")
    {
        var (asked, other) = (await site.AskAsync(), await site.AskAsync());
        var administrator = await site.Administrator;

        var answer = await administrator.ForgeAsync(
            $"/staff/requests/{asked.Reference}{page}?handler={handler}&reference={other.Reference}", "/staff",
            ("reference", other.Reference), ("Version", "0"), ("Note", "x"), ("Agreed", "2026-11-18T10:00"), ("Outcome", "NotWanted"),
            ("Reason", "x"), ("Sure", "true"));

        Assert.Equal($"/staff/requests/{asked.Reference}", answer.Location);
        Assert.NotEqual(0, (await site.FindAsync(asked.Reference)).Version);
        Assert.Equal(0, (await site.FindAsync(other.Reference)).Version);
    }

    [Fact]
    public async Task Token_InTheForm_DoesNotReplaceThatOfThePath()
    {
        var (mine, other) = (await site.AskAsync(), await site.AskAsync());
        using var patient = site.Open();
        var page = await patient.GetAsync(mine.StatusPath);

        await patient.SubmitAsync(page, RequestJourney.Withdrawal, [new("token", other.StatusPath.Split('/')[^1])]);

        Assert.Equal(
            (RequestState.Withdrawn, RequestState.New),
            ((await site.FindAsync(mine.Reference)).State, (await site.FindAsync(other.Reference)).State));
    }

    [Fact]
    public async Task Id_InTheForm_DoesNotReplaceThatOfThePath()
    {
        var (asked, other) = (site.NewEmail("asked"), site.NewEmail("other"));
        using var askedBrowser = await site.MadisonAsync(asked);
        using var otherBrowser = await site.MadisonAsync(other);
        var administrator = await site.Administrator;
        var path = await site.PersonPathAsync(asked);

        // The form takes sign-in access away from the staff member in the path, not from the one in the form field.
        await administrator.SubmitAsync(
            await administrator.GetAsync(path),
            "main form",
            [new("id", (await site.PersonPathAsync(other)).Split('/')[^1]), new("Active", null)]);

        Assert.Equal(HttpStatusCode.Redirect, (await askedBrowser.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.OK, (await otherBrowser.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task Field_InTheQueryOfAPost_IsNotTakenForOneOfTheForm()
    {
        var receipt = await site.AskAsync();
        var administrator = await site.Administrator;

        var answer = await administrator.ForgeAsync(
            $"/staff/requests/{receipt.Reference}/retention?handler=Erase&Sure=true&Version=0", "/staff", ("Version", "0"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Null((await site.FindAsync(receipt.Reference)).ErasedUtc);
    }
}
