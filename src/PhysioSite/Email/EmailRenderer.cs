using PhysioSite.Localization;

namespace PhysioSite.Email;

/// <summary>One kind of email: the values it contains. It has no words until it is rendered in a language.</summary>
public interface IEmailTemplate
{
    /// <summary>Writes the words in the current UI culture. Called only by <see cref="EmailRenderer"/>, which sets the culture.</summary>
    public EmailText Write();
}

/// <summary>An email without its recipient, ready to be stored.</summary>
public sealed record RenderedEmail(string Subject, string Text, string Html);

public static class EmailRenderer
{
    /// <summary>Renders an email in <paramref name="language"/>, whatever the language of the current HTTP request.</summary>
    public static RenderedEmail Render(IEmailTemplate template, Language language)
    {
        using var culture = new CultureScope(language);
        var text = template.Write();
        return new RenderedEmail(text.Subject, text.ToPlainText(), text.ToHtml(language));
    }
}
