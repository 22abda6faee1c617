using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.Features.Staff;

/// <summary>A site for tests that sign in and send forms more often than the limits allow for one person.</summary>
public sealed class StaffSite : BusySite
{
    /// <summary>Shorter than the idle timeout of a session.</summary>
    private static readonly TimeSpan SessionLife = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (DateTime SinceUtc, Task<Browser> Browser)> _sessions = [];
    private int _number;

    public StaffSite()
    {
        Settings["RateLimits:SignInsPerTenMinutes"] = "100000";
    }

    /// <summary>
    /// A staff member at Madison, signed in once for all tests of a class that need no particular account, because checking a password is
    /// slow.
    /// </summary>
    public Task<Browser> Madison => SharedAsync(MadisonAsync);

    public Task<Browser> Phoenix => SharedAsync(PhoenixAsync);

    public Task<Browser> Administrator => SharedAsync(AdministratorAsync);

    /// <summary>A new email address. Its local part, and so the name of the staff member, starts with <paramref name="name"/>.</summary>
    public string NewEmail(string name = "staff") => $"{name}{Interlocked.Increment(ref _number)}@cedarandstride.example";

    /// <summary>Signs in a new staff member at Madison.</summary>
    public Task<Browser> MadisonAsync(string email) => this.SignInAsync(email, StaffRoles.Staff, "madison");

    public Task<Browser> PhoenixAsync(string email) => this.SignInAsync(email, StaffRoles.Staff, "phoenix");

    public Task<Browser> AdministratorAsync(string email) => this.SignInAsync(email, StaffRoles.Administrator);

    public async Task<Receipt> AskAsync(params (string Field, string? Value)[] over)
    {
        using var browser = Open();
        return await browser.AskAsync(over);
    }

    /// <summary>A request as stored, with its history in chronological order.</summary>
    public Task<AppointmentRequest> FindAsync(string reference) => WithDatabaseAsync(db => db.Set<AppointmentRequest>().AsNoTracking()
        .Include(request => request.History.OrderBy(happened => happened.AtUtc).ThenBy(happened => happened.Id))
        .SingleAsync(request => request.Reference == reference));

    /// <summary>Stores a phone number as typed, like older versions.</summary>
    public async Task StoreAsTypedAsync(string reference, string phone)
    {
        var protector = Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("PhysioSite.Records");
        var stored = await this.ReadTextsAsync($"SELECT Details AS Value FROM AppointmentRequests WHERE Reference = {reference}");
        var details = JsonNode.Parse(protector.Unprotect(Assert.Single(stored)))!;
        details["Phone"] = phone;
        var changed = protector.Protect(details.ToJsonString());
        await this.RunSqlWithValuesAsync(
            $"UPDATE AppointmentRequests SET Details = {changed}, SearchId = NULL WHERE Reference = {reference}");
    }

    private Task<Browser> SharedAsync(Func<string, Task<Browser>> signIn)
    {
        var now = Clock.UtcNow;
        if (!_sessions.TryGetValue(signIn.Method.Name, out var session) || now - session.SinceUtc > SessionLife || now < session.SinceUtc)
        {
            _sessions[signIn.Method.Name] = session = (now, signIn(NewEmail("shared")));
        }

        return session.Browser;
    }

    public Task<string> PersonPathAsync(string email) =>
        WithDatabaseAsync(async db => $"/staff/people/{(await db.Users.SingleAsync(member => member.Email == email)).Id}");
}

/// <summary>Steps that work on a request on its page.</summary>
internal static class DeskSteps
{
    public static string NameOf(string email) => email.Split('@')[0];

    public static Task<Answer> OpenRequestAsync(this Browser staff, string reference) => staff.GetAsync($"/staff/requests/{reference}");

    /// <summary>Submits the form of an action of an open request.</summary>
    public static Task<Answer> PressAsync(
        this Browser staff, Answer page, string handler, params (string Field, string? Value)[] answers) =>
        staff.SubmitAsync(
            page,
            $"main form:is([action$='?handler={handler}'], [action*='?handler={handler}&'])",
            answers.Select(answer => new KeyValuePair<string, string?>(answer.Field, answer.Value)));

    /// <summary>Opens a request and submits the form of an action.</summary>
    public static async Task<Answer> PressOnAsync(
        this Browser staff, Receipt receipt, string handler, params (string Field, string? Value)[] answers) =>
        await staff.PressAsync(await staff.OpenRequestAsync(receipt.Reference), handler, answers);

    /// <summary>Sends a form that is not on any page.</summary>
    /// <param name="tokenPage">A page with an antiforgery token of this session. If empty, no token is sent.</param>
    public static async Task<Answer> ForgeAsync(
        this Browser browser, string path, string tokenPage, params (string Field, string Value)[] answers)
    {
        var fields = answers.Select(answer => new KeyValuePair<string, string>(answer.Field, answer.Value)).ToList();
        if (tokenPage.Length > 0)
        {
            var token = (await browser.GetAsync(tokenPage)).Page.QuerySelector("input[name=__RequestVerificationToken]")!;
            fields.Add(new("__RequestVerificationToken", token.GetAttribute("value")!));
        }

        using var content = new FormUrlEncodedContent(fields);
        var response = await browser.Client.PostAsync(path, content);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }
}
