using System.Text;

namespace PhysioSite.Faults.Checks;

/// <summary>Checks the files of the site as they are on the disk.</summary>
internal static class StorageChecks
{
    public static IEnumerable<Problem> Problems(Trial trial)
    {
        foreach (var damage in trial.Database.Damages())
        {
            yield return new Problem("the database is damaged", damage);
        }

        foreach (var file in trial.Database.Files.Concat(trial.Logs))
        {
            if (Patient.Traces(Read(file)).FirstOrDefault() is { } trace)
            {
                yield return new Problem($"{Path.GetFileName(file)} has data of patients in plain text", trace);
            }
        }
    }

    /// <summary>That nothing can be stored is a reason for a line in the log, and not for a stack trace.</summary>
    public static IEnumerable<string> StackTraces(Trial trial)
    {
        if (Read(trial.SiteLog).Split('\n').Count(line => line.Contains("   at ", StringComparison.Ordinal)) is > 0 and var traces)
        {
            yield return $"the log has {traces} stack traces";
        }
    }

    /// <summary>The bytes of a file as characters; the site may be writing to it.</summary>
    private static string Read(string file)
    {
        if (!File.Exists(file))
        {
            return "";
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
