using System.Globalization;
using System.Resources;
using Microsoft.AspNetCore.Html;

namespace PhysioSite.Localization;

/// <summary>
/// Translates text defined in code into the language of the current page or email. The code contains the English text. The resource
/// file of a language, for example <c>Texts.es.resx</c>, contains the translations with the English text as the key and <c>{0}</c>
/// for each value. Text without a translation stays in English, and a test reports it.
/// </summary>
public static class Texts
{
    private static readonly ResourceManager Translations = new("PhysioSite.Localization.Texts", typeof(Texts).Assembly);

    public static string Localize(FormattableString words) =>
        string.Format(CultureInfo.CurrentCulture, Translate(words.Format), words.GetArguments());

    /// <summary>Translates text for a page. Values are HTML-encoded unless they are already HTML content.</summary>
    public static IHtmlContent LocalizeHtml(FormattableString words) =>
        new HtmlFormattableString(CultureInfo.CurrentCulture, Translate(words.Format), words.GetArguments());

    private static string Translate(string english) =>
        Language.English.IsCurrent ? english : Translations.GetString(english, CultureInfo.CurrentUICulture) ?? english;
}
