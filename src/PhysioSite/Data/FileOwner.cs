using System.Runtime.InteropServices;
using System.Text;

namespace PhysioSite.Data;

/// <summary>
/// The user and the group that own a file. .NET has no API for them, so this calls the C library of Linux. On other systems the owner is
/// not known.
/// </summary>
internal readonly record struct FileOwner(uint User, uint Group)
{
    // From linux/fcntl.h and linux/stat.h. The structure of statx(2) is the same on every architecture.
    private const int CurrentFolder = -100;
    private const int DoNotFollowLinks = 0x100;
    private const uint LinksAndOwner = 0x4 | 0x8 | 0x10;
    private const int StatusSize = 256;
    private const int LinksAt = 16;
    private const int UserAt = 20;
    private const int GroupAt = 24;

    /// <summary>The owner of a file or a folder, or of what a link leads to. Null when it is not known.</summary>
    public static FileOwner? Find(string path) => Read(path, 0)?.Owner;

    /// <summary>
    /// Gives an entry of a folder to the owner of the folder, so that a command that is run as root leaves no file that the site cannot
    /// use. Links are not followed: whoever may write to the folder chooses where they lead.
    /// </summary>
    public static void Inherit(string folder, string entry)
    {
        if (Environment.IsPrivilegedProcess
            && Find(folder) is { } owner
            && Read(entry, DoNotFollowLinks) is { } status
            && status.Owner != owner
            && (status.Links == 1 || Directory.Exists(entry)))
        {
            // Without the capability to change owners the entry keeps its own, and the doctor command reports it.
            _ = ChangeOwner(Native(entry), owner.User, owner.Group);
        }
    }

    public override string ToString() => $"{User}:{Group}";

    private static (FileOwner Owner, uint Links)? Read(string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var status = new byte[StatusSize];
            return Status(CurrentFolder, Native(path), flags, LinksAndOwner, status) == 0
                ? (new FileOwner(BitConverter.ToUInt32(status, UserAt), BitConverter.ToUInt32(status, GroupAt)),
                    BitConverter.ToUInt32(status, LinksAt))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without statx.
            return null;
        }
    }

    private static byte[] Native(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Status(int folder, byte[] path, int flags, uint mask, byte[] status);

    [DllImport("libc", EntryPoint = "lchown")]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);
}
