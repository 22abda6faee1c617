using PhysioSite.Content;
using static PhysioSite.Languages.Words;

namespace PhysioSite.Features.Shared;

/// <summary>What the kinds of visit are called.</summary>
public static class VisitWords
{
    public static string Name(VisitKind visit) => visit == VisitKind.Video ? Say($"By video") : Say($"In the clinic");
}
