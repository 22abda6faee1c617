using PhysioSite.Content;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

/// <summary>What the kinds of visit are called.</summary>
public static class VisitLabels
{
    public static string Name(VisitKind visit) => visit == VisitKind.Video ? Localize($"By video") : Localize($"In the clinic");
}
