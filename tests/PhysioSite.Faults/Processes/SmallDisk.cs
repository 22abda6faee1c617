namespace PhysioSite.Faults.Processes;

/// <summary>A disk that is a few times as large as the write-ahead log, mounted as a folder, that can be filled to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder)
    {
        _folder = folder;
    }

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <param name="problem">Why it cannot be mounted here, and what to do about it.</param>
    public static SmallDisk? TryMount(string folder, out string? problem)
    {
        problem = ChildProcess.Run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder) is { } said
            ? $"a small disk cannot be mounted ({said.Split('\n')[0]}); run as root, with Docker by --cap-add=SYS_ADMIN"
            : null;
        return problem is null ? new SmallDisk(folder) : null;
    }

    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var block = new byte[4096];
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // The disk is full, as intended.
        }
    }

    public void Empty() => File.Delete(Ballast);

    public void Dispose() => ChildProcess.Run("umount", _folder);
}
