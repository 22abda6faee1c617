using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
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
    /// <summary>Errors after which the same page can be opened and used again.</summary>
    private static readonly int[] Passing = [400, 413, 429, 500, 502, 503, 504];

    public SiteContent SiteContent { get; } = library.Current;

    public int Code => int.TryParse(RouteData.Values["code"]?.ToString(), out var code) && code is >= 400 and < 600 ? code : 404;

    /// <summary>The identifier of this HTTP request in the log.</summary>
    public string TraceId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    /// <summary>
    /// The address of the page to open again, with the prefix of the language. Null when that would not help, and when the error page is
    /// requested directly.
    /// </summary>
    public string? AgainPath
    {
        get
        {
            var language = HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPathBase ?? Request.PathBase.Value;
            var address = new PathString(language).Add(Failed).ToUriComponent();
            return Passing.Contains(Code) && Failed.HasValue && Url.IsLocalUrl(address) ? address : null;
        }
    }

    /// <summary>Whether the private link of a request was opened.</summary>
    public bool IsPrivateLink => Code == 404 && IsBelow(SitePaths.Requests, SitePaths.RequestAppointment);

    public bool IsStaffDesk => IsBelow(SitePaths.StaffDesk);

    /// <summary>What happened, and what the reader can do.</summary>
    public (string Title, string Text) Words => Code switch
    {
        404 when IsPrivateLink => (
            Localize($"This link does not open a request"),
            Localize(
                $"A part of it may be missing: copy the whole link from our email or from your receipt. We also erase a request some time after it is closed, and its link ends then.")),
        404 => (
            Localize($"We cannot find that page"),
            Localize($"The link may be old, or a letter may be missing. Search for it, or start from one of the pages below.")),
        400 => (
            Localize($"We could not read that"),
            Localize(
                $"The page had been open for too long, or your browser sent something we could not read. Nothing was changed. Open the page again and repeat your last step.")),
        413 => (
            Localize($"That is too much text"),
            Localize($"What you sent is longer than our forms allow, so nothing was stored. Go back and shorten it.")),
        429 => (Localize($"Too many attempts"), Wait),
        >= 500 => (
            Localize($"Something went wrong on our side"),
            Localize(
                $"This is not your fault. We have logged the problem and will look into it. Try again in a minute, or call us: we can do on the phone what the site cannot do now.")),
        _ => (
            Localize($"You cannot do that here"),
            Localize($"The link or button that brought you here does not work. Go back, or start from one of the pages below.")),
    };

    /// <summary>Sets the status code from the address when the error page is requested directly.</summary>
    public void OnGet() => Response.StatusCode = Response.StatusCode == StatusCodes.Status200OK ? Code : Response.StatusCode;

    /// <summary>With the minutes until the next attempt, if the response has them.</summary>
    private string Wait
    {
        get
        {
            var seconds = int.TryParse(Response.Headers.RetryAfter, CultureInfo.InvariantCulture, out var after) ? after : 0;
            var minutes = (seconds + 59) / 60;
            return minutes > 1
                ? Localize(
                    $"We have received too many requests from your connection, so we could not accept this one. Try again in {minutes} minutes, or call us now.")
                : Localize(
                    $"We have received too many requests from your connection, so we could not accept this one. Try again in a minute, or call us now.");
        }
    }

    /// <summary>The path that failed, decoded and without the prefix of the language. Empty when there is none.</summary>
    private PathString Failed => new(
        HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath
            ?? HttpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path);

    private bool IsBelow(params string[] paths) => paths.Any(above => Failed.StartsWithSegments(above));
}
