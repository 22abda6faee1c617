using Microsoft.AspNetCore.Components;

namespace PhysioSite.Features.Shared.Layout;

public static class Assets
{
    /// <summary>
    /// The font of headings. The style sheet refers to it by this name, so it has no fingerprint, and a new version of the font needs a
    /// new name. <c>wwwroot/fonts</c> has its license.
    /// </summary>
    public const string HeadingFont = "fonts/fraunces-600-5.3.0.woff2";

    /// <summary>
    /// The address of a file in <c>wwwroot</c>, with a fingerprint so that browsers can cache it permanently. It has no language prefix,
    /// unlike an address that starts with <c>~/</c>.
    /// </summary>
    public static string Asset(this HttpContext context, string file) =>
        "/" + (context.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?[file] ?? file);
}
