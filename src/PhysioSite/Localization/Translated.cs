namespace PhysioSite.Localization;

/// <summary>
/// Marks an endpoint that is available in every language of the site. All other endpoints are available in English only.
/// </summary>
public sealed class Translated;
