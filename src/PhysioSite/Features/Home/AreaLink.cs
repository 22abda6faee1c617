using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content;

namespace PhysioSite.Features.Home;

/// <summary>Where a body area on the home page leads.</summary>
public static class AreaLink
{
    public static string? Of(IUrlHelper url, BodyArea area) => url.Page("/Articles/Index", new { area = area.Id });
}
