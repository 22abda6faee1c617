using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using static PhysioSite.Languages.Words;

namespace PhysioSite.Features.Info;

/// <summary>What a visitor sees instead of a page that is not there or did not work. Shown for every method, so it has no handler.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ErrorModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel
{
    public SiteContent Library { get; } = library.Current;

    public int Code => int.TryParse(RouteData.Values["code"]?.ToString(), out var code) && code is >= 400 and < 600 ? code : 404;

    /// <summary>What the log calls this request.</summary>
    public string TraceId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public (string Title, string Text) Words => Code switch
    {
        404 => (Say($"We cannot find that page"), Say($"The link may be old, or a letter may be missing. These may be what you were looking for:")),
        400 => (Say($"That did not arrive in one piece"), Say($"Your browser sent something we could not read, or the page had been open for too long. Go back, load the page again and repeat your last step.")),
        413 => (Say($"That was too much at once"), Say($"What was sent is larger than any of our forms needs. Go back and shorten it.")),
        429 => (Say($"Too many tries in a short time"), Say($"We have had too much from your address, so this was not taken. Wait a few minutes, go back and try again. Or call {Library.Site.Phone}.")),
        >= 500 => (Say($"Something went wrong on our side"), Say($"We have written it down and will look at it. Please try again in a minute, or call {Library.Site.Phone}.")),
        _ => (Say($"That is not possible here"), Say($"Go back, or start from one of these pages:")),
    };

    /// <summary>Called when someone asks for the page itself.</summary>
    public void OnGet() => Response.StatusCode = Response.StatusCode == StatusCodes.Status200OK ? Code : Response.StatusCode;
}
