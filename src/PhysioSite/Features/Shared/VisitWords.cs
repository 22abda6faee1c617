using PhysioSite.Content;

namespace PhysioSite.Features.Shared;

/// <summary>What the kinds of visit are called.</summary>
public static class VisitWords
{
    public static string Name(VisitKind visit) => visit == VisitKind.Video ? "By video" : "In the clinic";
}
