using Microsoft.AspNetCore.Components;

namespace PhysioSite.Features.Shared;

public static class Assets
{
    /// <summary>
    /// The address of a file in <c>wwwroot</c>, with a fingerprint so that browsers can cache it permanently. It has no language prefix,
    /// unlike an address that starts with <c>~/</c>.
    /// </summary>
    public static string Asset(this HttpContext context, string file) =>
        "/" + (context.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?[file] ?? file);
}
