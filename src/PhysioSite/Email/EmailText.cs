using System.Text;
using System.Text.Encodings.Web;
using PhysioSite.Localization;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Email;

public sealed record EmailFact(string Label, string Value);

/// <summary>The single action that an email asks its reader to take.</summary>
public sealed record EmailAction(string Label, Uri Url);

/// <summary>The words of an email. The text part and the HTML part are both created from them.</summary>
public sealed record EmailText(
    string Subject,
    IReadOnlyList<string> Opening,
    IReadOnlyList<EmailFact> Facts,
    EmailAction? Action,
    IReadOnlyList<string> Closing)
{
    /// <summary>Adds that nobody reads replies, and the number to call instead.</summary>
    public EmailText WithoutReplies(string phone) =>
        this with { Closing = [.. Closing, Localize($"Replies to this email are not read. Please call {phone}.")] };

    public string ToPlainText()
    {
        var text = new StringBuilder();
        foreach (var paragraph in Opening)
        {
            text.Append(paragraph).Append("\n\n");
        }

        foreach (var fact in Facts)
        {
            text.Append(fact.Label).Append(": ").Append(fact.Value).Append('\n');
        }

        text.Append(Facts.Count > 0 ? "\n" : "");
        if (Action is not null)
        {
            text.Append(Action.Label).Append(":\n").Append(Action.Url).Append("\n\n");
        }

        text.AppendJoin("\n\n", Closing);
        return text.Append('\n').ToString();
    }

    /// <param name="language">The language of the words.</param>
    public string ToHtml(Language language)
    {
        var encode = HtmlEncoder.Default;
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"")
            .Append(language.Code)
            .Append("\"><head><meta charset=\"utf-8\"><title>")
            .Append(encode.Encode(Subject))
            .Append(
                "</title></head>\n"
                + "<body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:1em auto;padding:0 1em\">\n");
        foreach (var paragraph in Opening)
        {
            html.Append("<p>").Append(encode.Encode(paragraph)).Append("</p>\n");
        }

        if (Facts.Count > 0)
        {
            html.Append("<table style=\"border-collapse:collapse\">\n");
            foreach (var fact in Facts)
            {
                html.Append("<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;padding:.25em 1em .25em 0\">")
                    .Append(encode.Encode(fact.Label))
                    .Append("</th><td style=\"padding:.25em 0\">")
                    .Append(encode.Encode(fact.Value))
                    .Append("</td></tr>\n");
            }

            html.Append("</table>\n");
        }

        if (Action is not null)
        {
            html.Append("<p><a href=\"").Append(encode.Encode(Action.Url.AbsoluteUri)).Append("\" style=\"font-weight:bold\">")
                .Append(encode.Encode(Action.Label)).Append("</a></p>\n");
        }

        foreach (var paragraph in Closing)
        {
            html.Append("<p>").Append(encode.Encode(paragraph)).Append("</p>\n");
        }

        return html.Append("</body></html>\n").ToString();
    }
}
