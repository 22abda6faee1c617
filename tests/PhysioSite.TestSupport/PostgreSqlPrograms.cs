using System.Diagnostics;
using System.Globalization;

namespace PhysioSite.TestSupport;

/// <summary>The programs of Debian's PostgreSQL.</summary>
public static class PostgreSqlPrograms
{
    private const string Account = "postgres";

    /// <summary>The folder with the programs of the newest version. Null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>
    /// Runs a program as a user that the server accepts: initdb and the server refuse to run as root.
    /// </summary>
    public static ProcessStartInfo StartInfo(string program, params string[] arguments)
    {
        string[] command = Environment.UserName == "root"
            ? ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/" };
    }

    /// <summary>Gives a folder to the user of <see cref="StartInfo"/>.</summary>
    public static void Own(string folder)
    {
        if (Environment.UserName == "root")
        {
            Assert.Null(ChildProcess.Run("chown", Account, folder));
        }
    }

    private static string? Find() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")))
            .MaxBy(programs => double.Parse(Path.GetFileName(Path.GetDirectoryName(programs))!, CultureInfo.InvariantCulture))
        : null;
}
