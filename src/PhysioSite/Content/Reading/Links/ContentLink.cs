using PhysioSite.Localization;

namespace PhysioSite.Content.Reading.Links;

/// <summary>A link or image in a text. It is validated after all pages are known.</summary>
/// <param name="Page">The path of the page with the link, without the language prefix.</param>
internal sealed record ContentLink(string File, int Line, string Target, bool IsPicture, string Page, Language Language)
{
    /// <summary>The target without its query string and fragment.</summary>
    public string Path => Target.Split('?', '#')[0];

    public string Query => Target.Split('#')[0] is var before && before.IndexOf('?') is >= 0 and var at ? before[at..] : "";

    /// <summary>Decoded, without a text to highlight, which browsers accept after <c>:~:</c>. Empty when there is none.</summary>
    public string Fragment => Target.IndexOf('#') is >= 0 and var at
        ? Uri.UnescapeDataString(Target[(at + 1)..].Split(":~:")[0])
        : "";
}
