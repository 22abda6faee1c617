using PhysioSite.Content.Model;

namespace PhysioSite.Features.Articles;

/// <summary>Selects the picture in <c>wwwroot/areas</c> for a body area.</summary>
public static class AreaPicture
{
    private static readonly string[] Drawn = ["foot", "ankle", "shin", "calf", "knee", "thigh", "hip", "back", "neck-shoulder", "arm-hand"];

    public static string Of(BodyArea area) => Drawn.Contains(area.Id) ? area.Id : "other";
}
