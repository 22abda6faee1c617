using System.Text.Json;

namespace PhysioSite.Data.Sqlite;

/// <summary>The last backup that was written and checked. The data folder has it in a file, where the doctor command finds it.</summary>
internal sealed record LastBackup(DateTime AtUtc, string File)
{
    public static LastBackup? Read(DataFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<LastBackup>(System.IO.File.ReadAllText(PathIn(folder)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Write(DataFolder folder)
    {
        try
        {
            PrivateFile.Write(PathIn(folder), JsonSerializer.SerializeToUtf8Bytes(this));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The backup is written, for example because the disk of the data folder is full. Only the doctor command misses this.
        }
    }

    private static string PathIn(DataFolder folder) => Path.Combine(folder.Path, "backup.json");
}
