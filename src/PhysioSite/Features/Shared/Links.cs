using Microsoft.AspNetCore.Html;
using PhysioSite.Content;
using PhysioSite.Text;

namespace PhysioSite.Features.Shared;

/// <summary>Links inside a sentence that is translated as a whole.</summary>
public static class Links
{
    /// <param name="path">Path of a page of this site that exists in the content's language.</param>
    public static IHtmlContent To(SiteContent content, string path, string words) => Anchor(content.Language.Prefix + path, words);

    public static IHtmlContent To(PhoneNumber phone) => Anchor(phone.Link, phone.Text);

    private static IHtmlContent Anchor(string address, string words) => new HtmlContentBuilder().AppendFormat("<a href=\"{0}\">{1}</a>", address, words);
}
