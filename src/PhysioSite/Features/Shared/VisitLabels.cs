using PhysioSite.Content.Model;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

/// <summary>Labels for the kinds of visit.</summary>
public static class VisitLabels
{
    public static string Name(VisitKind visit) => visit == VisitKind.Video ? Localize($"By video") : Localize($"In the clinic");
}
