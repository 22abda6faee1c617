namespace PhysioSite.Features.Staff.Accounts.SignIn;

/// <summary>An endpoint that pages call by themselves. A call is not an action of the user, so it does not extend the session.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BackgroundRequestAttribute : Attribute;

/// <summary>Requests that are not actions of the user. They do not extend the session, and keep messages for the next page.</summary>
public static class BackgroundRequest
{
    /// <summary>The header with which a page reads itself again.</summary>
    public const string Header = "Staff-Background";

    public static bool Is(HttpContext context) =>
        context.Request.Headers.ContainsKey(Header)
        || context.GetEndpoint()?.Metadata.GetMetadata<BackgroundRequestAttribute>() is not null;
}
