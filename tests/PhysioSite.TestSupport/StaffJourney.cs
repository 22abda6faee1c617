using System.Net;
using PhysioSite.Features.Staff.Accounts;

namespace PhysioSite.TestSupport;

/// <summary>Steps to sign in to the staff pages.</summary>
public static class StaffJourney
{
    public const string Password = "four words that differ";

    /// <summary>Adds a staff member and signs them in through the sign-in page.</summary>
    public static async Task<Browser> SignInAsync(this Site site, string email, string role, params string[] clinics)
    {
        await using (var scope = site.Services.CreateAsyncScope())
        {
            var directory = scope.ServiceProvider.GetRequiredService<StaffDirectory>();
            var (member, result) = await directory.AddAsync(email, email.Split('@')[0], role, clinics, Password);
            Assert.True(result.Succeeded, string.Join(' ', result.Errors.Select(error => error.Description)));
            Assert.NotNull(member);
        }

        var browser = site.Open();
        var answer = await browser.SignInAsync(email, Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        return browser;
    }

    /// <summary>Opens a one-time link. The site removes the code from the URL before it shows the page.</summary>
    public static async Task<Answer> OpenLinkAsync(this Browser browser, string link)
    {
        var answer = await browser.GetAsync(link);
        return answer.Status == HttpStatusCode.Redirect ? await browser.GetAsync(answer.Location!) : answer;
    }

    public static async Task<Answer> SignInAsync(this Browser browser, string email, string password) =>
        await browser.SubmitAsync(
            await browser.GetAsync("/staff/sign-in"),
            "main form",
            new Dictionary<string, string?> { ["Email"] = email, ["Password"] = password });
}
