namespace PhysioSite.Data;

/// <summary>Files that only their owner may read, and that appear whole or not at all.</summary>
internal static class PrivateFile
{
    /// <summary>An empty file; replaces a left-over.</summary>
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

    /// <summary>Makes what was written last through a power cut, and gives it its name.</summary>
    public static void Publish(string draft, string file, bool overwrite = false)
    {
        using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite);
    }
}
