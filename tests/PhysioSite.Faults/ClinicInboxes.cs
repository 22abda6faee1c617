namespace PhysioSite.Faults;

/// <summary>The inbox address of each clinic in the sample content.</summary>
internal static class ClinicInboxes
{
    private const string Key = "inbox:";

    private static readonly Dictionary<string, string> BySlug =
        Directory.EnumerateFiles(Path.Combine(Repository.ContentPath, "clinics"), "*.md").ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => File.ReadLines(file).First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..].Trim());

    public static string Of(string clinic) => BySlug[clinic];
}
