using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Features.Shared;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>Lists staff accounts by name, in pages. An administrator adds people and gives them their password link.</summary>
public sealed class PeopleModel(
    SiteDbContext db, StaffDirectory directory, ContentLibrary library, IValidator<NewPersonForm> validator) : PageModel
{
    public const int PageSize = 50;

    public SiteContent SiteContent { get; } = library.Current;

    /// <summary>What the user looks for in names and email addresses.</summary>
    [FromQuery]
    public string? Find { get; set; }

    /// <summary>Whether there are more people than on a page, so that one can look for them.</summary>
    public bool AreMany { get; private set; }

    /// <summary>Number of people on all pages.</summary>
    public int Total { get; private set; }

    /// <summary>The number of the page, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The people of the page.</summary>
    public IReadOnlyList<StaffMember> People { get; private set; } = [];

    public IReadOnlySet<Guid> Administrators { get; private set; } = new HashSet<Guid>();

    [BindProperty]
    [FromForm(Name = "")]
    public NewPersonForm Form { get; set; } = new();

    /// <summary>The password link, shown once to the administrator who added the person.</summary>
    public Uri? Link { get; private set; }

    public Task OnGetAsync([FromQuery] string? page, CancellationToken cancellationToken) => LoadAsync(page, cancellationToken);

    /// <summary>The URL of a page of the list.</summary>
    public string Address(int number) => PageNumbers.AddressOf(Url.Page("/Staff/Accounts/People"), number, ("find", Find));

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

        await LoadAsync(null, cancellationToken);
        return Page();
    }

    private async Task LoadAsync(string? page, CancellationToken cancellationToken)
    {
        var names = await db.Users
            .Select(member => new { member.Id, Name = member.DisplayName, member.Email })
            .ToListAsync(cancellationToken);
        string[] words = SearchText.Fold(Find ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = names
            .Select(member => (member.Id, Name: SearchText.Fold(member.Name), Text: SearchText.Fold($"{member.Name} {member.Email}")))
            .Where(member => words.All(word => member.Text.Contains(word, StringComparison.Ordinal)))
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Id)
            .Select(member => member.Id)
            .ToList();
        AreMany = names.Count > PageSize;
        Total = found.Count;
        Number = PageNumbers.Read(page, Total, PageSize);
        var shown = found.Skip((Number - 1) * PageSize).Take(PageSize).ToList();
        var people = await db.Users.AsNoTracking()
            .Include(member => member.Clinics)
            .Where(member => shown.Contains(member.Id))
            .ToListAsync(cancellationToken);
        People = [.. people.OrderBy(member => shown.IndexOf(member.Id))];
        Administrators = (await (
            from link in db.UserRoles
            join role in db.Roles on link.RoleId equals role.Id
            where role.Name == StaffRoles.Administrator
            select link.UserId).ToListAsync(cancellationToken)).ToHashSet();
    }
}
