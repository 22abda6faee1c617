namespace PhysioSite.Faults.Checks;

/// <summary>What the sample content says about the clinics, read without the site.</summary>
internal static class SampleContent
{
    private static readonly Dictionary<string, string[]> Clinics =
        Directory.EnumerateFiles(Path.Combine(Repository.ContentPath, "clinics"), "*.md")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllLines);

    private static readonly string[] Site = File.ReadAllLines(Path.Combine(Repository.ContentPath, "site.yml"));

    /// <summary>The inboxes of the clinics, of those who step in for them, and of the managers.</summary>
    public static IReadOnlySet<string> StaffInboxes { get; } = Clinics.Values
        .SelectMany(clinic => new[] { Find(clinic, "inbox"), Find(clinic, "backupInbox") })
        .Append(Find(Site, "managersInbox"))
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);

    public static string Inbox(string clinic) => Find(Clinics[clinic], "inbox")!;

    public static string Name(string clinic) => Find(Clinics[clinic], "name")!;

    public static string Phone(string clinic) => Find(Clinics[clinic], "phone")!;

    private static string? Find(string[] lines, string key) => lines
        .Where(line => line.StartsWith(key + ":", StringComparison.Ordinal))
        .Select(line => line[(key.Length + 1)..].Trim().Trim('"'))
        .FirstOrDefault();
}
