namespace PhysioSite.Faults;

/// <summary>Where each clinic of the sample content reads its mail.</summary>
internal static class ClinicInboxes
{
    private const string Key = "inbox:";

    private static readonly Dictionary<string, string> BySlug = Directory.EnumerateFiles(Path.Combine(SitePublisher.Root, "content", "clinics"), "*.md").ToDictionary(
        file => Path.GetFileNameWithoutExtension(file),
        file => File.ReadLines(file).First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..].Trim());

    public static string Of(string clinic) => BySlug[clinic];
}
