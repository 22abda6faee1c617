using System.Globalization;

namespace PhysioSite.Languages;

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

    /// <summary>Whether what runs here speaks it.</summary>
    public bool IsSpoken => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == Code;

    /// <summary>Speaks it until the result is disposed of.</summary>
    public IDisposable Speak() => new Spoken(Culture);

    private sealed class Spoken : IDisposable
    {
        private readonly (CultureInfo Culture, CultureInfo UICulture) _before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

        public Spoken(CultureInfo culture) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;

        public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = _before;
    }
}
