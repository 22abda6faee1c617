using Microsoft.Extensions.Options;

namespace PhysioSite.Data;

/// <summary>The folder for all data that the site writes. A file lock prevents a second process from using it.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>The files that the site writes, except those in the folders for keys and emails.</summary>
    private static readonly string[] Patterns = ["physiosite.*", "content.json*", "retention.json*", "refused-form.json*", "backup.json*"];

    private FileStream? _lock;

    public DataFolder(IOptions<DataOptions> options, IHostEnvironment environment)
    {
        Path = System.IO.Path.GetFullPath(options.Value.Folder, environment.ContentRootPath);
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "physiosite.db");

    public string Keys => System.IO.Path.Combine(Path, "keys");

    public string Mail => System.IO.Path.Combine(Path, "mail");

    /// <summary>Pictures of the content in the sizes of the pages. They are made again when they are missing.</summary>
    public string Pictures => System.IO.Path.Combine(Path, "cache");

    /// <summary>The indexes of the site's search. They are built again when they are missing.</summary>
    public string SearchIndexes => System.IO.Path.Combine(Path, "search");

    private string Lock => System.IO.Path.Combine(Path, "physiosite.lock");

    /// <summary>
    /// Creates the folder if it does not exist, locks it, and makes everything in it private: earlier versions, or an operator, may have
    /// created it with other permissions.
    /// </summary>
    /// <exception cref="StartupException">The folder is not writable, or another process uses it.</exception>
    public void Open()
    {
        try
        {
            foreach (var folder in new[] { Path, Keys, Mail })
            {
                AssertIsNoFile(folder);
                PrivateFile.CreateFolder(folder);
            }

            _lock = LockFolder();
            MakePrivate();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data folder {Path} cannot be used: {e.Message} {Ownership()}"
                + "Or set Data:Folder (environment: Data__Folder) to a folder this process may write.",
                e);
        }
    }

    public void Dispose() => _lock?.Dispose();

    /// <summary>
    /// The folder and everything in it, except what a file system keeps in its root. Links are not followed, except one to the keys.
    /// </summary>
    internal IEnumerable<FileSystemInfo> Entries()
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        var (folder, keys) = (new DirectoryInfo(Path), new DirectoryInfo(Keys));
        var linked = keys is { Exists: true, LinkTarget: not null } ? keys.EnumerateFileSystemInfos("*", options) : [];
        return folder.EnumerateFileSystemInfos("*", options).Prepend(folder).Concat(linked).Where(entry => entry.Name != "lost+found");
    }

    /// <summary>What to do when the process may not use the files. Empty when the owner of the folder is not known.</summary>
    internal string Ownership() => FileOwner.Find(Path) is { } owner
        ? $"The folder and everything in it must belong to the user that runs the site (chown -R). It belongs to {owner}. "
        : "";

    private static void AssertIsNoFile(string folder)
    {
        // A link that leads nowhere is neither.
        if (File.Exists(folder) || (!Directory.Exists(folder) && new FileInfo(folder).LinkTarget is not null))
        {
            throw new StartupException(
                $"{folder} must be a folder, but it is a file or a link that leads nowhere. Put back the folder; if it is the one of the "
                + "keys, from the copy that was kept apart from the backups.");
        }
    }

    private FileStream LockFolder()
    {
        try
        {
            return PrivateFile.Open(Lock, FileMode.OpenOrCreate);
        }
        catch (IOException e)
        {
            throw new StartupException(
                $"Another PhysioSite process is using the data folder {Path}, or {Lock} cannot be written. "
                + "Stop that process, or set Data:Folder (environment: Data__Folder) to another folder.",
                e);
        }
    }

    /// <summary>Only what the site has written: the folder may be one that other programs use too.</summary>
    private void MakePrivate()
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        MakePrivate(new DirectoryInfo(Path));
        foreach (var folder in new[] { Keys, Mail }.Select(path => new DirectoryInfo(path)).Where(folder => folder.LinkTarget is null))
        {
            MakePrivate(folder);
            foreach (var entry in folder.EnumerateFileSystemInfos("*", options))
            {
                MakePrivate(entry);
            }
        }

        foreach (var file in Patterns.SelectMany(pattern => new DirectoryInfo(Path).EnumerateFiles(pattern, options)))
        {
            MakePrivate(file);
        }
    }

    private void MakePrivate(FileSystemInfo entry)
    {
        FileOwner.Inherit(Path, entry.FullName);
        var mode = entry is DirectoryInfo ? PrivateFile.FolderMode : PrivateFile.FileMode;
        if (OperatingSystem.IsWindows() || entry.UnixFileMode == mode)
        {
            return;
        }

        try
        {
            entry.UnixFileMode = mode;
        }
        catch (UnauthorizedAccessException)
        {
            // It belongs to another user. If the site needs it and may not use it, the start fails later; doctor reports it in any case.
        }
    }
}
