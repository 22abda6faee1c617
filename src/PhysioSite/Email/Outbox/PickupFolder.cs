using System.Text.RegularExpressions;
using PhysioSite.Data;

namespace PhysioSite.Email.Outbox;

/// <summary>The files of emails that were written to the data folder because no mail server is configured.</summary>
public sealed partial class PickupFolder(DataFolder folder, ILogger<PickupFolder> log)
{
    /// <summary>Deletes the file of an email and the draft of an interrupted attempt, if they exist.</summary>
    public void Delete(string reference, Guid id)
    {
        var tail = Tail(id);
        foreach (var file in Find($"*-{reference}-{tail}.*"))
        {
            Delete(file);
        }
    }

    /// <summary>The files in the folder, each with the reference of its email and the last characters of its email's id.</summary>
    public IReadOnlyList<(string Path, string Reference, string Tail)> List() =>
    [
        .. Find("*")
            .Select(file => (Path: file, Name: FileName().Match(Path.GetFileName(file))))
            .Where(found => found.Name.Success)
            .Select(found => (found.Path, found.Name.Groups["reference"].Value, found.Name.Groups["tail"].Value)),
    ];

    public static string Tail(Guid id) => id.ToString("N")[^8..];

    /// <summary>If a file cannot be deleted, the next retention run finds it and retries.</summary>
    public void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(Path.GetFileName(file), e.GetType().Name);
        }
    }

    private string[] Find(string pattern) => Directory.Exists(folder.Mail) ? Directory.GetFiles(folder.Mail, pattern) : [];

    /// <summary>An attempt writes a draft, whose name begins with a period, and then renames it.</summary>
    [GeneratedRegex(@"^\.?\d{8}-\d{6}-(?<reference>.+)-(?<tail>[0-9a-f]{8})\.(?:eml|draft)$")]
    private static partial Regex FileName();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The file {File} of an erased email could not be deleted ({Exception}) and is tried again by the next run of retention")]
    private partial void LogNotDeleted(string file, string exception);
}
