using System.Globalization;

namespace PhysioSite.Localization;

/// <summary>Sets the current culture and UI culture to a language until the scope is disposed.</summary>
public sealed class CultureScope : IDisposable
{
    private readonly (CultureInfo Culture, CultureInfo UICulture) _previous = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

    public CultureScope(Language language) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = language.Culture;

    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = _previous;
}
