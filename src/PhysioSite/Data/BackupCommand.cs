using System.Globalization;
using Microsoft.Data.Sqlite;
using PhysioSite.Commands;

namespace PhysioSite.Data;

/// <summary>
/// Copies the database, as of one moment, while the site goes on. It reads through a connection that can neither write nor checkpoint, so
/// it is no second writer.
/// </summary>
internal sealed class BackupCommand(DataFolder folder) : ISiteCommand
{
    public string Name => "backup";

    public string Arguments => "<file>";

    public string Purpose => "Copies the database into a new file, also while the site runs. The keys are not in it.";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (arguments is not [var name] || name.StartsWith('-'))
        {
            return SiteCommands.Misused(this, "Name the file to write.");
        }

        var target = Path.GetFullPath(name);
        if (File.Exists(target) || Directory.Exists(target))
        {
            throw new StartupException($"{target} exists already. Name a new file: a backup never overwrites another.");
        }

        if (!File.Exists(folder.Database))
        {
            throw new StartupException($"There is no database in {folder.Path}. Check Data:Folder (environment: Data__Folder).");
        }

        Console.WriteLine($"Copying {folder.Database} ...");
        var draft = $"{target}.part";
        try
        {
            OwnersFile.Create(draft);
            await CopyAsync(draft, cancellationToken);
            await using var copy = await DatabaseCopy.OpenAsync(draft, cancellationToken);
            await copy.AssertSoundAsync(cancellationToken);
            var requests = await copy.CountAsync("AppointmentRequests", cancellationToken);
            await copy.DisposeAsync();
            OwnersFile.Publish(draft, target);
            var keys = new DirectoryInfo(folder.Keys).GetFiles("key-*.xml");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Written and checked: {target}, {new FileInfo(target).Length:N0} bytes, {requests} request(s)."));
            Console.WriteLine($"It cannot be read without the keys: keep a copy of {folder.Keys} ({keys.Length} key(s)) somewhere else.");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartupException($"The backup was not written: {e.Message} Check that there is room and that {Path.GetDirectoryName(target)} can be written, and try again.", e);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private async Task CopyAsync(string draft, CancellationToken cancellationToken)
    {
        await using var source = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(folder.Database));
        await source.OpenAsync(cancellationToken);
        await using var vacuum = source.CreateCommand();

        // Unlike a copy of pages it leaves out what was deleted.
        vacuum.CommandText = "VACUUM INTO $file";
        vacuum.Parameters.AddWithValue("$file", draft);
        vacuum.CommandTimeout = 0;
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
    }
}
