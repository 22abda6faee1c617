namespace PhysioSite.Localization;

/// <summary>Marks an endpoint that answers in every language of the site. Any other is there in English alone.</summary>
public sealed class Translated;
