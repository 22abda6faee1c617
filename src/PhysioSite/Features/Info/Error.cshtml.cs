using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Info;

/// <summary>
/// The error page, for a page that does not exist or an HTTP request that failed. It is rendered for every HTTP method, including those
/// without a handler.
/// </summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ErrorModel(ContentLibrary library) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel
{
    public SiteContent SiteContent { get; } = library.Current;

    public int Code => int.TryParse(RouteData.Values["code"]?.ToString(), out var code) && code is >= 400 and < 600 ? code : 404;

    /// <summary>The identifier of this HTTP request in the log.</summary>
    public string TraceId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public (string Title, string Text) Words => Code switch
    {
        404 => (
            Localize($"We cannot find that page"),
            Localize($"The link may be old, or a letter may be missing. These may be what you were looking for:")),
        400 => (
            Localize($"We could not read that"),
            Localize(
                $"Your browser sent something we could not read, or the page had been open for too long. Go back, load the page again and repeat your last step.")),
        413 => (
            Localize($"That is too much text"),
            Localize($"What you sent is longer than our forms allow. Go back and shorten it.")),
        429 => (
            Localize($"Too many attempts"),
            Localize(
                $"We have received too many requests from your connection, so we could not accept this one. Wait a few minutes, go back and try again, or call {SiteContent.Site.Contact.Phone}.")),
        >= 500 => (
            Localize($"Something went wrong on our side"),
            Localize(
                $"We have logged the problem and will look into it. Please try again in a minute, or call {SiteContent.Site.Contact.Phone}.")),
        _ => (Localize($"You cannot do that here"), Localize($"Go back, or start from one of these pages:")),
    };

    /// <summary>Sets the status code from the address when the error page is requested directly.</summary>
    public void OnGet() => Response.StatusCode = Response.StatusCode == StatusCodes.Status200OK ? Code : Response.StatusCode;
}
