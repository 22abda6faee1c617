using Microsoft.Playwright;

namespace PhysioSite.BrowserTests;

/// <summary>Signs in as the administrator. The first test that needs the account creates it through the printed link.</summary>
internal static class StaffSession
{
    private const string Email = "administrator@cedarandstride.example";
    private const string Password = "a heron reads the paper";

    public static async Task SignInAsync(this RunningSite site, IPage page)
    {
        await page.GotoAsync(site.HasAdministrator ? "/staff/sign-in" : site.AdministratorLink.ToString());
        await page.GetByLabel("Email address").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "sign in" }).ClickAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^Requests"));
        site.HasAdministrator = true;
    }
}
