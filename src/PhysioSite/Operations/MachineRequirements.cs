using System.Globalization;
using PhysioSite.Data;

namespace PhysioSite.Operations;

/// <summary>What the program needs from the operating system.</summary>
internal static class MachineRequirements
{
    /// <summary>Checked before anything else, because a content file would otherwise be blamed for a zone or a language.</summary>
    /// <exception cref="StartupException">Something is missing.</exception>
    public static void Assert()
    {
        try
        {
            _ = CultureInfo.GetCultureInfo("es-US");
        }
        catch (CultureNotFoundException e)
        {
            throw new StartupException(
                "This machine runs .NET without languages. Remove DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 from the environment (and "
                + "InvariantGlobalization from the program's settings), and install ICU (Debian: libicu72, Alpine: icu-libs).",
                e);
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById("America/Chicago", out _))
        {
            throw new StartupException("This machine has no time zones. Install its time zone data (Debian and Alpine: tzdata).");
        }
    }
}
