using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>Lists staff accounts. An administrator adds people and gives them their password link.</summary>
public sealed class PeopleModel(
    SiteDbContext db, StaffDirectory directory, ContentLibrary library, IValidator<NewPersonForm> validator) : PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    public IReadOnlyList<StaffMember> People { get; private set; } = [];

    public IReadOnlySet<Guid> Administrators { get; private set; } = new HashSet<Guid>();

    [BindProperty]
    [FromForm(Name = "")]
    public NewPersonForm Form { get; set; } = new();

    /// <summary>The password link, shown once to the administrator who added the person.</summary>
    public Uri? Link { get; private set; }

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        (await validator.ValidateAsync(Form, cancellationToken)).AddToModelState(ModelState);
        if (ModelState.ErrorCount == 0)
        {
            var clinics = Form.Role == StaffRoles.Staff ? Form.Clinics : [];
            var (member, result) = await directory.AddAsync(Form.Email!.Trim(), UserText.OneLine(Form.Name)!, Form.Role!, clinics);
            if (member is null)
            {
                StaffErrorDescriber.Show(this, result);
            }
            else
            {
                Link = await directory.PasswordLinkAsync(member);
                Form = new NewPersonForm { Role = Form.Role };
            }
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        People = await db.Users.AsNoTracking()
            .Include(member => member.Clinics)
            .OrderBy(member => member.DisplayName)
            .ToListAsync(cancellationToken);
        Administrators = (await (
            from link in db.UserRoles
            join role in db.Roles on link.RoleId equals role.Id
            where role.Name == StaffRoles.Administrator
            select link.UserId).ToListAsync(cancellationToken)).ToHashSet();
    }
}
