namespace PhysioSite.Data;

/// <summary>Creates files that only their owner can read, and publishes them atomically.</summary>
internal static class PrivateFile
{
    /// <summary>Creates an empty file. Replaces a file left by an earlier attempt.</summary>
    public static void Create(string file)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(file, options).Dispose();
    }

    /// <summary>Flushes the draft to disk so that it survives a power failure, then renames it to its final name.</summary>
    public static void Publish(string draft, string file, bool overwrite = false)
    {
        using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite);
    }
}
