using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Accounts;

/// <summary>Shows one staff account: its clinics, whether it may sign in, and a button for a new password link.</summary>
public sealed class PersonModel(
    StaffDirectory directory,
    StaffScope scope,
    ContentLibrary library,
    IValidator<PersonForm> validator,
    TimeProvider time) : PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    public StaffMember Member { get; private set; } = null!;

    public bool IsMe => Member.Id == scope.Actor.Id;

    [BindProperty]
    [FromForm(Name = "")]
    public PersonForm Form { get; set; } = new();

    public Uri? Link { get; private set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { } member)
        {
            return NotFound();
        }

        Show(member);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromRoute] Guid id, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { } member)
        {
            return NotFound();
        }

        Member = member;
        Form.Removed = Removed(member);
        (await validator.ValidateAsync(Form, cancellationToken)).AddToModelState(ModelState);
        if (ModelState.ErrorCount > 0)
        {
            return Page();
        }

        // Administrators cannot deactivate their own account.
        string[] slugs = [.. Form.Clinics.SelectMany(slug => SiteContent.FindClinic(slug)?.Slugs ?? [slug])];
        var result = await directory.ChangeAsync(
            member, Form.Clinics, slugs, Form.Active || IsMe, scope.Actor, time.GetUtcNow().UtcDateTime);
        if (!result.Succeeded)
        {
            return StaffErrorDescriber.Show(this, result);
        }

        TempData["done"] = "Saved";
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostLinkAsync([FromRoute] Guid id, CancellationToken cancellationToken)
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
        Form = new PersonForm
        {
            Clinics =
            [
                .. member.Clinics
                    .Select(clinic => SiteContent.FindClinic(clinic.ClinicSlug)?.Slug ?? clinic.ClinicSlug)
                    .Distinct(),
            ],
            Removed = Removed(member),
            Active = member.IsActive,
        };
    }

    private IReadOnlyList<string> Removed(StaffMember member) =>
        [.. member.Clinics.Select(clinic => clinic.ClinicSlug).Where(slug => SiteContent.FindClinic(slug) is null)];
}
