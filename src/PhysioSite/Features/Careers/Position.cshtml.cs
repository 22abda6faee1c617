using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Careers;

/// <summary>
/// A single position. A closed position returns 410 and lists open ones nearby. A position that is not posted yet returns 404.
/// </summary>
public sealed class PositionModel(ContentLibrary library, JobOpenings openings, TimeProvider time) : PageModel, ICacheablePage
{
    public SiteContent SiteContent { get; } = library.Current;

    public Position Position { get; private set; } = null!;

    public bool IsOpen { get; private set; }

    public IReadOnlyList<JobOpening> Near { get; private set; } = [];

    public IActionResult OnGet([FromRoute] string slug)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (SiteContent.FindPosition(slug) is not { } position
            || position.Clinic.TimeZone.Today(now) < position.Posted)
        {
            return NotFound();
        }

        Position = position;
        IsOpen = position.IsOpen(now);
        if (!IsOpen)
        {
            Near = openings.Near(position);
            Response.StatusCode = StatusCodes.Status410Gone;
        }

        return Page();
    }
}
