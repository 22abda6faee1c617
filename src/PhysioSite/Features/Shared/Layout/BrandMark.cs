using Microsoft.AspNetCore.Html;

namespace PhysioSite.Features.Shared.Layout;

/// <summary>
/// The icon of the site, drawn inline beside its name in the head of a page. A browser loads the same file for its tab, so a picture would
/// be a second request for it.
/// </summary>
public sealed class BrandMark
{
    private const string File = "favicon.svg";

    /// <summary>Needed by a file only.</summary>
    private const string Namespace = " xmlns=\"http://www.w3.org/2000/svg\"";

    public BrandMark(IWebHostEnvironment environment)
    {
        using var reader = new StreamReader(environment.WebRootFileProvider.GetFileInfo(File).CreateReadStream());
        var file = reader.ReadToEnd();
        var svg = file.IndexOf("<svg", StringComparison.Ordinal);
        Svg = new HtmlString(svg < 0 ? "" : file[svg..].Replace(Namespace, "", StringComparison.Ordinal).TrimEnd());
    }

    /// <summary>Without what may come before the element, such as an XML declaration.</summary>
    public IHtmlContent Svg { get; }
}
