namespace PhysioSite.Faults.Breakages;

/// <summary>The breakage that is active now. The self-test of the harness changes it while the site runs.</summary>
internal static class Breakage
{
    private static readonly string? File = Environment.GetEnvironmentVariable("BREAKAGE_FILE");

    public static string Current => File is null ? "" : System.IO.File.ReadAllText(File).Trim();
}
