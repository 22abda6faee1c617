using System.Globalization;

namespace PhysioSite.Localization;

/// <summary>Makes a language the current culture and UI culture until it is disposed.</summary>
public sealed class CultureScope : IDisposable
{
    private readonly (CultureInfo Culture, CultureInfo UICulture) _previous = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

    public CultureScope(Language language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language.Culture;

    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = _previous;
}
