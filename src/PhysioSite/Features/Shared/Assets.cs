using Microsoft.AspNetCore.Components;

namespace PhysioSite.Features.Shared;

public static class Assets
{
    /// <summary>
    /// The address of a file of <c>wwwroot</c>, with the fingerprint under which browsers may keep it for good. The same in every
    /// language, which <c>~/</c> would not be.
    /// </summary>
    public static string Asset(this HttpContext context, string file) =>
        "/" + (context.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?[file] ?? file);
}
