using Microsoft.Extensions.Options;

namespace PhysioSite.Data;

/// <summary>The folder for all data that the site writes. A file lock prevents a second process from using it.</summary>
public sealed class DataFolder : IDisposable
{
    private FileStream? _lock;

    public DataFolder(IOptions<DataOptions> options, IHostEnvironment environment)
    {
        Path = System.IO.Path.GetFullPath(options.Value.Folder, environment.ContentRootPath);
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "physiosite.db");

    public string Keys => System.IO.Path.Combine(Path, "keys");

    public string Mail => System.IO.Path.Combine(Path, "mail");

    /// <exception cref="StartupException">The folder is not writable, or another process uses it.</exception>
    public void Open()
    {
        try
        {
            foreach (var folder in new[] { Path, Keys, Mail })
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(folder);
                }
                else
                {
                    Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data folder {Path} cannot be used: {e.Message} "
                + "Set Data:Folder (environment: Data__Folder) to a folder this process may write.",
                e);
        }

        var file = System.IO.Path.Combine(Path, "physiosite.lock");
        try
        {
            _lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"Another PhysioSite process is using the data folder {Path}, or {file} cannot be written. "
                + "Stop that process, or set Data:Folder (environment: Data__Folder) to another folder.",
                e);
        }
    }

    public void Dispose() => _lock?.Dispose();
}
