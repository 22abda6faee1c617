using System.Globalization;

namespace PhysioSite.Localization;

/// <summary>A language of the site. Its pages are under a path prefix such as <c>/es/</c>. English is at the root.</summary>
/// <param name="Code">ISO 639-1 code.</param>
/// <param name="Name">The language's own name for itself.</param>
public sealed record Language(string Code, string Name)
{
    public static readonly Language English = new("en", "English");

    /// <summary>Numbers and dates use United States conventions.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo($"{Code}-US");

    /// <summary>The English name, shown to staff, for example "Spanish".</summary>
    public string EnglishName => CultureInfo.GetCultureInfo(Code).EnglishName;

    public bool IsEnglish => Code == English.Code;

    /// <summary>The URL path prefix. Empty for English.</summary>
    public string Prefix => IsEnglish ? "" : $"/{Code}";

    /// <summary>Whether this is the language of the current UI culture.</summary>
    public bool IsCurrent => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == Code;
}
