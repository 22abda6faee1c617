using Microsoft.AspNetCore.Html;

namespace PhysioSite.Features.Shared.Layout;

/// <summary>
/// Icons shown next to text with the same meaning, so they are hidden from screen readers. The view box is 24 by 24 units and the color
/// is that of the text.
/// </summary>
public static class Icons
{
    public static readonly IHtmlContent Clock = Draw("M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 4.5V12l3.5 2");
    public static readonly IHtmlContent Language = Draw("M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM3.5 12h17M12 3c5 5 5 13 0 18-5-5-5-13 0-18z");
    public static readonly IHtmlContent Location = Draw(
        "M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm0-3v3m0 14v3M2 12h3m14 0h3m-10-.7a.7.7 0 1 1 0 1.4.7.7 0 0 1 0-1.4z");
    public static readonly IHtmlContent Menu = Draw("M4 6.5h16M4 12h16M4 17.5h16");
    public static readonly IHtmlContent Phone = Draw(
        "M8 3.5c1 1 2 4 1 4L7.5 9c1 3 4.5 6.5 7.5 7.5l1.5-1.5c0-1 3 0 4 1 0 0 0 4.5-4 4.5C10 20.5 3.5 14 3.5 7.5c0-4 4.5-4 4.5-4z");
    public static readonly IHtmlContent Search = Draw("M10.5 3.5a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm5 12 5 5");

    private static HtmlString Draw(string path) =>
        new($"<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>");
}
