using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Therapists;

public sealed class TherapistModel(ContentLibrary library) : PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public Therapist Therapist { get; private set; } = null!;

    public Clinic First => Therapist.Clinics[0];

    /// <summary>The names of the clinics.</summary>
    public string Places => string.Join(", ", Therapist.Clinics.Select(clinic => clinic.Name));

    /// <summary>What the letters after the name mean, where the content says so.</summary>
    public IEnumerable<(string Part, string? Meaning)> Meanings =>
        Therapist.CredentialParts.Select(part => (part, SiteContent.Site.Credentials.GetValueOrDefault(part)));

    public IReadOnlyList<Article> Articles =>
        [.. SiteContent.Articles.Where(article => SiteContent.FindTherapist(article.Author.Id) == Therapist)];

    public IActionResult OnGet([FromRoute] string slug)
    {
        if (SiteContent.FindTherapist(slug) is not { } therapist)
        {
            return NotFound();
        }

        Therapist = therapist;
        return Page();
    }
}
