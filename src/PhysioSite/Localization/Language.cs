using System.Globalization;

namespace PhysioSite.Localization;

/// <summary>A language the site speaks, below an address of its own: <c>/es/</c>. English is at the root.</summary>
/// <param name="Code">ISO 639-1.</param>
/// <param name="Name">What its speakers call it.</param>
public sealed record Language(string Code, string Name)
{
    public static readonly Language English = new("en", "English");

    /// <summary>How numbers and dates are written: as in the United States.</summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo($"{Code}-US");

    /// <summary>What staff call it: "Spanish".</summary>
    public string EnglishName => CultureInfo.GetCultureInfo(Code).EnglishName;

    public bool IsEnglish => Code == English.Code;

    /// <summary>What its addresses start with; empty for English.</summary>
    public string Prefix => IsEnglish ? "" : $"/{Code}";

    /// <summary>Whether it is the current UI culture's language.</summary>
    public bool IsCurrent => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == Code;
}
