using System.Net;

namespace PhysioSite.Faults.Desk;

/// <summary>Five members of staff with accounts for all clinics, signed in through nginx.</summary>
internal sealed class StaffTeam : IDisposable
{
    private const string People = "/staff/people";

    private static readonly string[] Names = ["Ann Desk", "Ben Desk", "Cleo Desk", "Dan Desk", "Eve Desk"];

    private readonly DeskLedger _ledger;

    private StaffTeam(DeskLedger ledger, IReadOnlyList<StaffMember> members)
    {
        (_ledger, Members) = (ledger, members);
    }

    public IReadOnlyList<StaffMember> Members { get; }

    /// <summary>Makes the accounts as an operator and an administrator do, with one-time links.</summary>
    /// <exception cref="InvalidOperationException">A link or a form does not do what it must.</exception>
    public static async Task<StaffTeam> SignInAsync(Cluster cluster, DeskLedger ledger, int seed, CancellationToken stop)
    {
        var members = new List<StaffMember>();
        var link = await cluster.Instances[0].RunAsync("admin-link", stop);
        foreach (var name in Names)
        {
            var cookies = new CookieContainer();
            var member = new StaffMember(name, cluster.Nginx.Open(cookies), cookies, ledger, seed + members.Count);
            members.Add(member);
            await SetPasswordAsync(member, link ?? await InviteAsync(members[0].Browser, name));
            link = null;
        }

        return new StaffTeam(ledger, members);
    }

    /// <summary>
    /// All work and listen until <paramref name="enough"/> is canceled. A receipt that is read after a change of staff shows other things,
    /// so they work on requests whose receipt was read.
    /// </summary>
    public Task WorkAsync(Ledger patients, CancellationToken enough, CancellationToken stop)
    {
        bool IsTaskOf(int member, string reference) => reference[^1] % Names.Length == member && patients.IsAcknowledged(reference);
        return Task.WhenAll(Members.SelectMany((member, i) => new[]
        {
            Task.Run(() => member.WorkAsync(reference => IsTaskOf(i, reference), enough, stop), stop),
            Task.Run(() => LiveEvents.ListenAsync(member.Browser, _ledger, enough), stop),
        }));
    }

    public void Dispose()
    {
        foreach (var member in Members)
        {
            member.Dispose();
        }
    }

    private static async Task SetPasswordAsync(StaffMember member, string link)
    {
        var page = await member.Browser.OpenLinkAsync(link);
        var answer = await member.Browser.SubmitAsync(
            page,
            "main form",
            [new("Name", member.Name), new("Email", Email(member.Name)), new("Password", StaffJourney.Password)]);
        if (answer.Status != HttpStatusCode.Redirect)
        {
            throw new InvalidOperationException($"A member of staff could not set the password: {(int)answer.Status} {answer.Main}");
        }
    }

    /// <returns>The link by which the person sets a password.</returns>
    private static async Task<string> InviteAsync(Browser administrator, string name)
    {
        var page = await administrator.GetAsync(People);
        var clinics = page.Page.QuerySelectorAll("input[name=Clinics]").Select(box => box.GetAttribute("value"));
        var answer = await administrator.SubmitAsync(
            page,
            "main form",
            [
                new("Name", name), new("Email", Email(name)), new("Role", "Staff"),
                .. clinics.Select(clinic => new KeyValuePair<string, string?>("Clinics", clinic)),
            ]);
        return answer.Page.QuerySelector(".one-time-link")?.TextContent.Trim()
            ?? throw new InvalidOperationException($"An administrator could not add a person: {(int)answer.Status}");
    }

    private static string Email(string name) => $"{name.Split(' ')[0].ToLowerInvariant()}@desk.example";
}
