namespace PhysioSite.TestSupport;

/// <summary>
/// Puts the temporary files of a test run in memory where the system offers that, as Linux does. Thousands of tests create and delete
/// a data folder each, which a disk does more slowly than the tests themselves.
/// </summary>
public static class TemporaryFiles
{
    private const string Memory = "/dev/shm";

    /// <summary>In bytes. A test run needs a tenth of it. A container often has only 64 MB there.</summary>
    private const long SpaceNeeded = 2L << 30;

    /// <summary>Called once, before the first temporary file. A TMPDIR that is set stays as it is.</summary>
    public static void KeepInMemory()
    {
        if (Environment.GetEnvironmentVariable("TMPDIR") is not null
            || !Directory.Exists(Memory)
            || new DriveInfo(Memory).AvailableFreeSpace < SpaceNeeded)
        {
            return;
        }

        DeleteWhatKilledRunsLeft();
        var folder = Directory.CreateDirectory(Path.Combine(Memory, $"physiosite-tests-{Environment.ProcessId}")).FullName;
        Environment.SetEnvironmentVariable("TMPDIR", folder);
        DeleteAtExit(folder);
    }

    public static void DeleteAtExit(string folder) => AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(folder);

    private static void DeleteWhatKilledRunsLeft()
    {
        foreach (var folder in Directory.EnumerateDirectories(Memory, "physiosite-tests-*"))
        {
            if (!Directory.Exists($"/proc/{folder.Split('-')[^1]}"))
            {
                Delete(folder);
            }
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that the tests started may still write there, or another run deletes it. The next run tries again.
        }
    }
}
