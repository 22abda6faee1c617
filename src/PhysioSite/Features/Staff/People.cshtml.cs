using System.Net.Mail;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff;

/// <summary>Who may sign in. An administrator adds people and hands them their link.</summary>
public sealed class PeopleModel(SiteDbContext db, StaffDirectory directory, ContentLibrary library) : PageModel
{
    public SiteContent Library { get; } = library.Current;

    public IReadOnlyList<StaffMember> People { get; private set; } = [];

    public IReadOnlySet<Guid> Administrators { get; private set; } = new HashSet<Guid>();

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Role { get; set; } = StaffRoles.Staff;

    [BindProperty]
    public string[] Clinics { get; set; } = [];

    public IReadOnlyList<(string Field, string Message)> Errors { get; private set; } = [];

    /// <summary>Shown once, to the administrator who added the person.</summary>
    public Uri? Link { get; private set; }

    public string? ErrorOf(string field) => Errors.FirstOrDefault(error => error.Field == field).Message;

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Errors = [.. Problems()];
        if (Errors.Count == 0)
        {
            var (member, result) = await directory.AddAsync(Email!.Trim(), TypedText.OneLine(Name)!, Role!, Role == StaffRoles.Staff ? Clinics : []);
            if (member is not null)
            {
                Link = await directory.PasswordLinkAsync(member);
                ModelState.Clear();
                (Name, Email, Clinics) = (null, null, []);
            }
            else
            {
                Errors = [.. result.Errors.Select(error => ("email", error.Code.StartsWith("Duplicate", StringComparison.Ordinal) ? "This address belongs to someone on the list already" : error.Description)).Distinct()];
            }
        }

        await LoadAsync(cancellationToken);
        Response.StatusCode = Errors.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        return Page();
    }

    private IEnumerable<(string Field, string Message)> Problems()
    {
        if (TypedText.OneLine(Name) is not { Length: <= 100 } name || !TypedText.IsReadable(name))
        {
            yield return ("name", "Enter the person’s name, of at most 100 characters");
        }

        if (!TypedText.IsReadable(Email) || !MailAddress.TryCreate(Email?.Trim(), out var address) || address.Address != Email?.Trim() || address.Address.Length > 254)
        {
            yield return ("email", "Enter an email address like name@example.com");
        }

        if (Role is not (StaffRoles.Staff or StaffRoles.Administrator))
        {
            yield return ("role", "Choose a role");
        }

        if (Clinics.Any(slug => Library.FindClinic(slug) is null) || (Role == StaffRoles.Staff && Clinics.Length == 0))
        {
            yield return ("clinics", "Choose at least one clinic");
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        People = await db.Users.AsNoTracking().Include(member => member.Clinics).OrderBy(member => member.DisplayName).ToListAsync(cancellationToken);
        Administrators = (await (
            from link in db.UserRoles
            join role in db.Roles on link.RoleId equals role.Id
            where role.Name == StaffRoles.Administrator
            select link.UserId).ToListAsync(cancellationToken)).ToHashSet();
    }
}
