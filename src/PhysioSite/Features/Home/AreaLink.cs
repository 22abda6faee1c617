using Microsoft.AspNetCore.Mvc;
using PhysioSite.Content.Model;

namespace PhysioSite.Features.Home;

/// <summary>Where a body area on the home page leads: to its page or, if the content has none, to its articles.</summary>
public static class AreaLink
{
    public static string? Of(IUrlHelper url, SiteContent content, BodyArea area) => content.FindArea(area.Id) is null
        ? url.Page("/Articles/Index", new { area = area.Id })
        : url.Page("/Areas/Area", new { id = area.Id });
}
