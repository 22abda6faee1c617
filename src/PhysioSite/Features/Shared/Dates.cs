using System.Globalization;

namespace PhysioSite.Features.Shared;

public static class Dates
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-US");

    /// <summary>"14 September 2026".</summary>
    public static string Long(DateOnly date) => date.ToString("d MMMM yyyy", English);

    /// <summary>For the datetime attribute of a time element.</summary>
    public static string Machine(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
