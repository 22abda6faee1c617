using PhysioSite.Content;

namespace PhysioSite.Features.Staff.Shared;

/// <summary>
/// The list from which a request was opened, in the query of the request's pages. The pages link back to it, and their forms keep it
/// (<see cref="ReturnUrlTagHelper"/>, <see cref="ReturnUrlFilter"/>).
/// </summary>
public static class ReturnUrl
{
    public const string Name = "returnUrl";

    private const int Longest = 1000;

    /// <summary>The lists, by path. Nothing else is a place to return to, so that a link cannot lead to another page or site.</summary>
    private static readonly string[] Lists = [SitePaths.StaffDesk, SitePaths.StaffDesk + "/search"];

    /// <summary>The list in the URL of a request. Null when there is none or it is not one of the lists.</summary>
    public static string? Of(HttpRequest request) =>
        request.Query[Name] is [{ Length: <= Longest } url]
        && Lists.Contains(url.Split('?')[0])
        && url.All(c => c is > ' ' and <= '~' and not '\\')
            ? url
            : null;
}
