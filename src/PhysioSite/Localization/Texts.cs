using System.Globalization;
using System.Resources;
using Microsoft.AspNetCore.Html;

namespace PhysioSite.Localization;

/// <summary>
/// What the program itself says, in the language of the page or mail at hand. The code holds the English words; a language's file,
/// <c>Texts.es.resx</c>, holds the others by them, with <c>{0}</c> where the code has a value. A sentence without a translation stays
/// English, and a test names it.
/// </summary>
public static class Texts
{
    private static readonly ResourceManager Translations = new("PhysioSite.Localization.Texts", typeof(Texts).Assembly);

    public static string Localize(FormattableString words) =>
        string.Format(CultureInfo.CurrentCulture, Translate(words.Format), words.GetArguments());

    /// <summary>The same for a page: values are encoded, but for those that are HTML already.</summary>
    public static IHtmlContent LocalizeHtml(FormattableString words) =>
        new HtmlFormattableString(CultureInfo.CurrentCulture, Translate(words.Format), words.GetArguments());

    private static string Translate(string english) =>
        Language.English.IsCurrent ? english : Translations.GetString(english, CultureInfo.CurrentUICulture) ?? english;
}
