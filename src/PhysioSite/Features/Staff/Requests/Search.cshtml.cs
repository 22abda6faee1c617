using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests;

/// <summary>
/// Requests by name, phone number, email address or reference. What is looked for names a patient, so it is posted, and kept for the way
/// back from a request in an encrypted cookie; it stands in no address.
/// </summary>
public sealed class SearchModel(RequestSearch search, StaffScope scope, ContentLibrary library, IValidator<SearchForm> validator) : PageModel
{
    private const string Kept = "search";

    [BindProperty]
    [FromForm(Name = "")]
    public SearchForm Form { get; set; } = new();

    public IReadOnlyList<Clinic> Clinics { get; private set; } = [];

    /// <summary>Null when nothing was looked for yet.</summary>
    public IReadOnlyList<QueueRow>? Rows { get; private set; }

    public bool HasMore { get; private set; }

    /// <summary>Requests whose name, phone and email could not be compared.</summary>
    public int Unreadable { get; private set; }

    public SiteContent Library { get; } = library.Current;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Clinics = await scope.ClinicsAsync(cancellationToken);
        if (TempData.Peek(Kept) is string[] and [var by, var words, var clinic] && by == scope.Actor.Id.ToString())
        {
            Form = new SearchForm { Words = words, Clinic = Clinics.FirstOrDefault(found => found.Slug == clinic)?.Slug };
            var found = await search.FindAsync(words, Form.Clinic, cancellationToken);
            (Rows, HasMore, Unreadable) = ([.. found.Rows.Take(RequestSearch.Most)], found.Rows.Count > RequestSearch.Most, found.Unreadable);
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        (await validator.ValidateAsync(Form, cancellationToken)).AddToModelState(ModelState);
        if (ModelState.ErrorCount > 0)
        {
            Clinics = await scope.ClinicsAsync(cancellationToken);
            return Page();
        }

        TempData[Kept] = new[] { scope.Actor.Id.ToString(), Form.Words!.Trim(), Form.Clinic ?? "" };
        return RedirectToPage();
    }
}
