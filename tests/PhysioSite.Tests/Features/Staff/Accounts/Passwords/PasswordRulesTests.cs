using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts.Passwords;
using PhysioSite.Features.Staff.Accounts.SignIn;

namespace PhysioSite.Tests.Features.Staff.Accounts.Passwords;

/// <summary>The password rules, and the page where staff change their own password.</summary>
public sealed class PasswordRulesTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Words = "another four odd words";

    private static readonly string[] Names = ["cedarstride", "cedar", "stride", "grace", "hopper", "grace.hopper@cedarandstride.example"];

    [Theory]
    [InlineData("four words that differ")]
    [InlineData("Mary Ann’s purple bicycle")]
    [InlineData("7#kQ9!x2$Vb8")]
    [InlineData("grace keeps eleven geese")]
    [InlineData("            twelve spaces and words            ")]
    [InlineData("вересневий дощ іде")]
    [InlineData("山田の赤い自転車が好きです")]
    [InlineData("🦔🌧🚲🎻🧀🗝🪁🌵🦆🪜🧵🎈")]
    public void Password_ThatIsLongAndOnesOwn_IsGood(string password)
    {
        Assert.Null(PasswordRules.Problem(password, Names));
    }

    [Fact]
    public void Password_Of256Characters_IsGoodAndALongerOneIsRefused()
    {
        var longest = string.Concat(Enumerable.Range(0, 64).Select(i => $"{(char)('a' + (i * 7 % 26))}{i:00}-"));

        Assert.Null(PasswordRules.Problem(longest, Names));
        Assert.Equal("Choose a password of at most 256 characters", PasswordRules.Problem(longest + "x", Names));
    }

    [Theory]
    [InlineData("", "at least 12")]
    [InlineData("eleven char", "at least 12")]
    [InlineData("🦔🌧🚲🎻🧀🗝🪁🌵🦆🪜🧵", "at least 12")]
    [InlineData("aaaaaaaaaaaaaaaa", "repeats")]
    [InlineData("abcabcabcabcabc", "repeats")]
    [InlineData("!?!?!?!?!?!?!?", "repeats")]
    [InlineData("qwertyuiop12345", "keys")]
    [InlineData("1qaz2wsx3edc4rfv", "keys")]
    [InlineData("987654321abcdefg", "keys")]
    [InlineData("Cedar & Stride 2026", "names")]
    [InlineData("GraceHopper1!", "names")]
    [InlineData("hopper-grace-12", "names")]
    [InlineData("gr4ceh0pper12", "names")]
    [InlineData("password12345", "lists")]
    [InlineData("sunshine839201", "lists")]
    [InlineData("P@ssw0rdP@ssw0rd", "lists")]
    [InlineData("...iloveyou...839", "lists")]
    [InlineData("correct horse battery staple", "lists")]
    [InlineData("Correct-Horse-Battery-Staple-1", "lists")]
    [InlineData("letmeinplease", "lists")]
    [InlineData("ＦＯＯＴＢＡＬＬ ２８１９３", "lists")]
    [InlineData("michaeljackson", "lists")]
    [InlineData("Physical Therapy", "lists")]
    public void Password_ThatIsTriedFirst_IsRefusedWithTheReason(string password, string reason)
    {
        var problem = PasswordRules.Problem(password, Names);

        Assert.NotNull(problem);
        Assert.True(problem.Contains(reason, StringComparison.Ordinal), $"{password}: {problem}");
    }

    [Fact]
    public async Task Password_MadeOfThePersonsAndTheSitesNames_IsRefusedByTheForm()
    {
        var email = site.NewEmail("wilhelmina");
        using var staff = await site.MadisonAsync(email);

        foreach (var password in new[] { "Wilhelmina-1234", "cedarandstride1", "physiosite staff" })
        {
            var refused = await ChangeAsync(staff, StaffJourney.Password, password);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Contains(
                "This password is made of names", refused.Page.QuerySelector("#password-error")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("      words with spaces around      ")]
    [InlineData("Größe, 山田 and 🦔 in a box")]
    public async Task Password_WithAnyCharacters_IsTakenExactlyAsTyped(string password)
    {
        var email = site.NewEmail("grace");
        using var staff = await site.MadisonAsync(email);
        Assert.Equal(HttpStatusCode.Redirect, (await ChangeAsync(staff, StaffJourney.Password, password)).Status);
        using var other = site.Open();

        Assert.Equal(HttpStatusCode.BadRequest, (await other.SignInAsync(email, password.Trim()[..^1])).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await other.SignInAsync(email, password)).Status);
    }

    [Fact]
    public async Task Change_WithTheCurrentPassword_EndsEveryOtherSessionAtOnce()
    {
        var email = site.NewEmail("grace");
        using var staff = await site.MadisonAsync(email);
        using var other = site.Open();
        await other.SignInAsync(email, StaffJourney.Password);
        var page = await staff.GetAsync("/staff/password");
        Assert.Equal(
            ["current-password", "new-password"],
            page.Page.QuerySelectorAll("main input[type=password]").Select(input => input.GetAttribute("autocomplete")));
        Assert.NotNull((await staff.GetAsync("/staff")).Page.QuerySelector("a[href='/staff/password']"));

        var changed = await staff.SubmitAsync(page, "main form", [new("Current", StaffJourney.Password), new("Password", Words)]);

        Assert.Equal((HttpStatusCode.Redirect, "/staff"), (changed.Status, changed.Location));
        Assert.Contains("Your password was changed.", (await staff.GetAsync("/staff")).Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await other.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await other.SignInAsync(email, StaffJourney.Password)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await other.SignInAsync(email, Words)).Status);
    }

    [Fact]
    public async Task Change_WithAWrongCurrentPassword_IsRefusedAndTriesAreLimited()
    {
        var email = site.NewEmail("grace");
        using var staff = await site.MadisonAsync(email);

        for (var i = 0; i < SignInThrottle.Tries; i++)
        {
            var refused = await ChangeAsync(staff, "not the password at all", Words);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            var error = Answer.Words(refused.Page.QuerySelector("#current-error")!);
            Assert.StartsWith("Error: The current password is not right", error, StringComparison.Ordinal);
            Assert.Empty(refused.Page.QuerySelectorAll("main input[type=password][value]"));
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync(staff, StaffJourney.Password, Words)).Status);
        using var other = site.Open();
        Assert.Equal(HttpStatusCode.Redirect, (await other.SignInAsync(email, StaffJourney.Password)).Status);
    }

    /// <summary>Uses the production configuration, without the lower iteration count that the tests use.</summary>
    [Fact]
    public void Hash_OfAPassword_HasTheRoundsThatAreRecommended()
    {
        var services = new ServiceCollection();
        services.AddStaff(new ConfigurationBuilder().Build());

        Assert.Equal(210_000, services.BuildServiceProvider().GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount);
    }

    private static async Task<Answer> ChangeAsync(Browser staff, string current, string password) =>
        await staff.SubmitAsync(await staff.GetAsync("/staff/password"), "main form", [new("Current", current), new("Password", password)]);
}
