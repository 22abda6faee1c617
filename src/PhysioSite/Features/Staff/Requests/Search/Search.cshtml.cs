using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content.Model;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Requests.Search;

/// <summary>
/// Searches requests by name, phone number, email address or reference. The search text identifies a patient, so it is sent by POST and
/// never appears in a URL. An encrypted cookie keeps it for the return from a request page.
/// </summary>
public sealed class SearchModel(RequestSearch search, StaffScope scope, IValidator<SearchForm> validator, TimeProvider time) : PageModel
{
    private const string LastSearch = "search";

    [BindProperty]
    [FromForm(Name = "")]
    public SearchForm Form { get; set; } = new();

    /// <summary>The list that the search was opened from.</summary>
    public string? ReturnTo => ReturnUrl.Of(Request);

    /// <summary>The URL of the results, for the way back from a request.</summary>
    public string Here => Request.Path + (ReturnTo is { } list ? QueryString.Create(ReturnUrl.Name, list) : default);

    public DateTime NowUtc { get; } = time.GetUtcNow().UtcDateTime;

    public IReadOnlyList<Clinic> Clinics { get; private set; } = [];

    /// <summary>Null before the first search.</summary>
    public IReadOnlyList<QueueRow>? Rows { get; private set; }

    public bool HasMore { get; private set; }

    /// <summary>Number of requests whose name, phone and email could not be decrypted for comparison.</summary>
    public int Unreadable { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Clinics = await scope.ClinicsAsync(cancellationToken);
        if (TempData.Peek(LastSearch) is string[] and [var by, var words, var clinic] && by == scope.Actor.Id.ToString())
        {
            var chosen = await scope.FindClinicAsync(clinic, cancellationToken);
            Form = new SearchForm { Words = words, Clinic = chosen?.Slug };
            var found = await search.FindAsync(words, chosen, cancellationToken);
            Rows = [.. found.Rows.Take(RequestSearch.Most)];
            (HasMore, Unreadable) = (found.Rows.Count > RequestSearch.Most, found.Unreadable);
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

        TempData[LastSearch] = new[] { scope.Actor.Id.ToString(), Form.Words!.Trim(), Form.Clinic ?? "" };
        return RedirectToPage(ReturnTo is { } list ? new { returnUrl = list } : null);
    }
}
