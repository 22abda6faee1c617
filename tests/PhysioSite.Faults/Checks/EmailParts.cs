using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace PhysioSite.Faults.Checks;

/// <summary>An email as its reader sees it.</summary>
internal sealed partial record EmailParts(string To, string Subject, string Text, string Html)
{
    private static readonly string[] LinkAttributes = ["href", "src", "action"];

    /// <summary>From the decrypted content of an email in the database.</summary>
    public static EmailParts Of(JsonElement content)
    {
        string Get(string name) => content.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        return new EmailParts(Get("To"), Get("Subject"), Get("Text"), Get("Html"));
    }

    /// <summary>The words of the text part and of the HTML part, and the links in each.</summary>
    public IEnumerable<(string Words, string[] Links)> Bodies
    {
        get
        {
            yield return (Words(Text), [.. Link().Matches(Text).Select(match => match.Value)]);
            var page = new HtmlParser().ParseDocument(Html);
            yield return (
                Answer.Words(page.Body!),
                [.. page.QuerySelectorAll("[href], [src], [action]").SelectMany(Addresses)]);
        }
    }

    public static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Addresses(IElement element) =>
        LinkAttributes.Select(element.GetAttribute).OfType<string>();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Link();
}
