using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff;

/// <summary>One person: their clinics, whether they may sign in, and a new link.</summary>
public sealed class PersonModel(StaffDirectory directory, StaffScope scope, ContentLibrary library) : PageModel
{
    public SiteContent Library { get; } = library.Current;

    public StaffMember Member { get; private set; } = null!;

    public bool IsMe => Member.Id == scope.Actor.Id;

    [BindProperty]
    public string[] Clinics { get; set; } = [];

    [BindProperty]
    public bool Active { get; set; }

    public Uri? Link { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { } member)
        {
            return NotFound();
        }

        Show(member);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { } member)
        {
            return NotFound();
        }

        // Nobody locks themselves out.
        var active = Active || member.Id == scope.Actor.Id;
        await directory.ChangeAsync(member, Clinics.Where(slug => Library.FindClinic(slug) is not null), active);
        TempData["done"] = "Saved";
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostLinkAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { IsActive: true } member)
        {
            return NotFound();
        }

        Link = await directory.PasswordLinkAsync(member);
        Show(member);
        return Page();
    }

    private void Show(StaffMember member)
    {
        Member = member;
        Clinics = [.. member.Clinics.Select(clinic => clinic.ClinicSlug)];
        Active = member.IsActive;
    }
}
