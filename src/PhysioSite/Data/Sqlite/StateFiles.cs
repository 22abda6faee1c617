using System.Text;
using PhysioSite.Data.Providers;

namespace PhysioSite.Data.Sqlite;

/// <summary>Keeps each text in a file of the data folder.</summary>
internal sealed class StateFiles(DataFolder folder) : IStateStore
{
    public Task<string?> ReadAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Read(name));

    public Task<bool> TryReplaceAsync(string name, string? earlier, string value, CancellationToken cancellationToken)
    {
        if (Read(name) != earlier)
        {
            return Task.FromResult(false);
        }

        PrivateFile.Write(FileOf(name), Encoding.UTF8.GetBytes(value));
        return Task.FromResult(true);
    }

    private string FileOf(string name) => Path.Combine(folder.Path, $"{name}.json");

    private string? Read(string name)
    {
        try
        {
            return File.ReadAllText(FileOf(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none yet, or it belongs to another user.
            return null;
        }
    }
}
