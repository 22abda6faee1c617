namespace PhysioSite.Data;

/// <summary>
/// Creates files and folders that only their owner can read, and publishes files atomically. What root creates belongs to the owner of
/// the data folder.
/// </summary>
internal static class PrivateFile
{
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Creates an empty file. Replaces a file left by an earlier attempt.</summary>
    /// <param name="ownedLike">The folder whose owner gets the file. Null for the folder of the file.</param>
    public static void Create(string file, string? ownedLike = null)
    {
        File.Delete(file);
        using (Open(file, System.IO.FileMode.CreateNew))
        {
        }

        FileOwner.Inherit(ownedLike ?? Path.GetDirectoryName(file)!, file);
    }

    /// <summary>Opens a file for exclusive use, and creates it as private when the mode allows that.</summary>
    public static FileStream Open(string file, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return new FileStream(file, options);
    }

    /// <summary>Creates a folder, if it does not exist.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderMode);
        }

        FileOwner.Inherit(Path.GetDirectoryName(folder) ?? folder, folder);
    }

    /// <summary>
    /// Replaces a file. A reader, or the next start after a crash, finds the whole old or the whole new content. A failed attempt leaves
    /// the old file.
    /// </summary>
    public static void Write(string file, ReadOnlyMemory<byte> content) => Write(file, stream => stream.Write(content.Span));

    /// <inheritdoc cref="Write(string, ReadOnlyMemory{byte})"/>
    /// <param name="write">Writes the content.</param>
    public static void Write(string file, Action<Stream> write)
    {
        var draft = $"{file}.new";
        Create(draft);
        using (var stream = File.OpenWrite(draft))
        {
            write(stream);
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Flushes the draft to disk so that it survives a power failure, then renames it to its final name.</summary>
    public static void Publish(string draft, string file, bool overwrite = false)
    {
        using (var written = new FileStream(draft, System.IO.FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite);
    }
}
