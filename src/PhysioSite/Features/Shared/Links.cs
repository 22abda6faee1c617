using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content.Model;
using PhysioSite.Text;

namespace PhysioSite.Features.Shared;

/// <summary>Links inside a sentence that is translated as a whole.</summary>
public static class Links
{
    /// <param name="address">The address of a page, from <c>Url.Page</c>.</param>
    public static IHtmlContent To(string? address, string words) => Anchor(address!, words);

    /// <summary>The name of an author or reviewer, with a link to the page of the person who is one of the therapists.</summary>
    public static IHtmlContent ToPerson(IUrlHelper url, SiteContent content, Person person) =>
        content.FindTherapist(person.Id) is { } therapist
            ? To(url.Page("/Therapists/Therapist", new { therapist.Slug }), person.NameWithCredentials)
            : new HtmlContentBuilder().Append(person.NameWithCredentials);

    public static IHtmlContent To(PhoneNumber phone) => Anchor(phone.Link, phone.Text);

    public static IHtmlContent ToEmail(string email) => Anchor("mailto:" + email, email);

    private static IHtmlContent Anchor(string address, string words) =>
        new HtmlContentBuilder().AppendFormat("<a href=\"{0}\">{1}</a>", address, words);
}
