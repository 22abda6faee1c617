using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Operations.Commands;

/// <summary>Creates a consistent copy of the database. The site may be running.</summary>
internal sealed class BackupCommand(
    DataFolder folder, IOptions<DatabaseOptions> database, IKeyStore store, KeyCheck keys, SiteDbContext db, SqliteBackup backup,
    TimeProvider time)
{
    private readonly CommandProgress _progress = new(time);

    public static Command Describe(CommandHost host)
    {
        var file = FileArgument.Create("The file to write. It must not exist.");
        var command = new Command(
            "backup",
            "Copies the database into a new file, also while the site runs. The keys are not in it.") { file };
        command.SetAction((parsed, _) => host.RunAsync<BackupCommand>(
            (command, cancellationToken) => command.RunAsync(parsed.GetRequiredValue(file).FullName, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(string target, CancellationToken cancellationToken)
    {
        SqliteOnly.Assert(database.Value);
        if (File.Exists(target) || Directory.Exists(target))
        {
            throw new StartupException($"{target} exists already. Name a new file: a backup never overwrites another.");
        }

        if (!File.Exists(folder.Database))
        {
            throw new StartupException($"There is no database in {folder.Path}. Check Data:Folder (environment: Data__Folder).");
        }

        var draft = $"{target}.part";
        try
        {
            PrivateFile.Create(draft, ownedLike: folder.Path);
            await _progress.ShowAsync($"Copying {folder.Database}", progress => backup.WriteAsync(draft, progress, cancellationToken));
            await using var copy = await ReadOnlyDatabase.OpenAsync(draft, cancellationToken);
            await _progress.ShowAsync("Checking the copy", () => copy.AssertSoundAsync(cancellationToken));
            var requests = await copy.CountAsync("AppointmentRequests", cancellationToken);
            var lost = await copy.FindLostKeysAsync(keys, db.Model, cancellationToken);
            await copy.DisposeAsync();
            PrivateFile.Publish(draft, target);
            new LastBackup(time.GetUtcNow().UtcDateTime, target).Write(folder);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Written and checked: {target}, {new FileInfo(target).Length:N0} bytes, {requests} request(s)."));
            Console.WriteLine(
                $"It cannot be read without the keys: keep a copy of {store.Location} ({store.Count()} key(s)) somewhere else.");
            if (lost.Count == 0)
            {
                return 0;
            }

            Console.WriteLine($"The backup is complete, but {keys.Describe(lost)}");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException)
        {
            throw new StartupException(
                $"The backup was not written: {e.Message} "
                + $"Check that there is room and that {Path.GetDirectoryName(target)} can be written, and try again.",
                e);
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }
}
