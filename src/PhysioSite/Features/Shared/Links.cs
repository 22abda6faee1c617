using Microsoft.AspNetCore.Html;
using PhysioSite.Text;

namespace PhysioSite.Features.Shared;

/// <summary>Links inside a sentence that is translated as a whole.</summary>
public static class Links
{
    /// <param name="address">The address of a page, from <c>Url.Page</c>.</param>
    public static IHtmlContent To(string? address, string words) => Anchor(address!, words);

    public static IHtmlContent To(PhoneNumber phone) => Anchor(phone.Link, phone.Text);

    private static IHtmlContent Anchor(string address, string words) =>
        new HtmlContentBuilder().AppendFormat("<a href=\"{0}\">{1}</a>", address, words);
}
