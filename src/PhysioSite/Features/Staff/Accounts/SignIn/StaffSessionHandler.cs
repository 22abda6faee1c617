using System.Data.Common;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.Extensions.Options;
using PhysioSite.Features.Staff.Shared;

namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>
/// Authenticates staff by a cookie that contains only the random key of a <see cref="StaffSession"/>. Every sign-in creates a new key and
/// ends the previous session of the browser.
/// </summary>
internal sealed partial class StaffSessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, StaffSessions sessions)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string CookieName = "__Host-staff";

    /// <summary>
    /// SameSite is Lax because links in emails lead to staff pages from another site, and the user should be signed in there. Forms are
    /// protected by the antiforgery token and by <c>Sec-Fetch-Site</c>.
    /// </summary>
    private CookieOptions Cookie => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
    };

    private string? Key => Request.Cookies[CookieName] is { Length: > 0 } key ? key : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Key is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            return await sessions.FindAsync(key, Scheme.Name, !BackgroundRequest.Is(Context), Context.RequestAborted) is { } identity
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name))
                : AuthenticateResult.Fail("The session has ended.");
        }
        catch (DbException e)
        {
            // Pages that do not require authentication, including the error page, are still served.
            return AuthenticateResult.Fail(e);
        }
    }

    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        if (Key is { } former)
        {
            await sessions.EndAsync(former, Context.RequestAborted);
        }

        var key = await sessions.StartAsync(Guid.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!), Context.RequestAborted);
        Response.Cookies.Append(CookieName, key, Cookie);
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        if (Key is { } key)
        {
            // Sign-out completes even if the client disconnects before the response.
            await sessions.EndAsync(key, CancellationToken.None);
            Response.Cookies.Delete(CookieName, Cookie);
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if ((await HandleAuthenticateOnceAsync()).Failure is DbException broken)
        {
            throw new InvalidOperationException("Whether the session is still good cannot be read.", broken);
        }

        if (BackgroundRequest.Is(Context))
        {
            // The cookie stays: a form that is sent later gets the page with what was typed.
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var hadSession = Key is not null;
        if (hadSession)
        {
            Response.Cookies.Delete(CookieName, Cookie);
        }

        if (hadSession && Request.HasFormContentType)
        {
            await ExpiredForm.Show(Context, StatusCodes.Status401Unauthorized)
                .ExecuteResultAsync(new ActionContext(Context, Context.GetRouteData(), new ActionDescriptor()));
            return;
        }

        Response.Redirect(SignInModel.Address(ExpiredForm.PageOf(Request), hadSession));
    }

    /// <summary>Returns 404 instead of 403, so that the response does not reveal that the resource exists.</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        LogForbidden(Logger, Context.User.FindFirstValue(ClaimTypes.NameIdentifier));
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Staff member {Id} asked for a page that is not for them")]
    private static partial void LogForbidden(ILogger logger, string? id);
}
