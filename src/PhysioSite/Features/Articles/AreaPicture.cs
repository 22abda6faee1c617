using PhysioSite.Content.Model;
using PhysioSite.Features.Shared.Layout;

namespace PhysioSite.Features.Articles;

/// <summary>Selects the picture for a body area. <c>wwwroot/areas.svg</c> has them all, each as a view with the id of the area.</summary>
public static class AreaPicture
{
    private static readonly string[] Drawn = ["foot", "ankle", "shin", "calf", "knee", "thigh", "hip", "back", "neck-shoulder", "arm-hand"];

    public static string Of(HttpContext context, BodyArea area) =>
        $"{context.Asset("areas.svg")}#{(Drawn.Contains(area.Id) ? area.Id : "other")}";
}
