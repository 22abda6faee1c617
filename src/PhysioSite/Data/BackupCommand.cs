using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PhysioSite.Commands;

namespace PhysioSite.Data;

/// <summary>
/// Copies the database, as of one moment, while the site goes on. It reads through a connection that can neither write nor checkpoint, so
/// it is no second writer.
/// </summary>
internal sealed class BackupCommand(DataFolder folder, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly CommandProgress _progress = new(time);

    public static Command Describe(CommandHost host)
    {
        var file = FileArgument.Create("The file to write. It must not exist.");
        var command = new Command("backup", "Copies the database into a new file, also while the site runs. The keys are not in it.") { file };
        command.SetAction((parsed, _) => host.RunAsync<BackupCommand>(
            (backup, cancellationToken) => backup.RunAsync(parsed.GetRequiredValue(file).FullName, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(string target, CancellationToken cancellationToken)
    {
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
            OwnersFile.Create(draft);
            await _progress.ShowAsync($"Copying {folder.Database}", progress => CopyAsync(draft, progress, cancellationToken));
            await using var copy = await DatabaseCopy.OpenAsync(draft, cancellationToken);
            await _progress.ShowAsync("Checking the copy", () => copy.AssertSoundAsync(cancellationToken));
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

    private async Task<int> CopyAsync(string draft, IProgress<double> progress, CancellationToken cancellationToken)
    {
        await using var source = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(folder.Database));
        await source.OpenAsync(cancellationToken);
        await using var vacuum = source.CreateCommand();

        // Unlike a copy of pages it leaves out what was deleted.
        vacuum.CommandText = "VACUUM INTO $file";
        vacuum.Parameters.AddWithValue("$file", draft);
        vacuum.CommandTimeout = 0;
        var size = Math.Max(1.0, await SizeAsync(source, cancellationToken));
        await using var look = time.CreateTimer(
            _ => progress.Report(new FileInfo(draft) is { Exists: true } file ? file.Length / size : 0), null, BetweenLooks, BetweenLooks);
        return await SqliteInterrupt.RunAsync(source, () => vacuum.ExecuteNonQueryAsync(cancellationToken), cancellationToken);
    }

    /// <returns>Bytes of the pages that are in use.</returns>
    private static async Task<long> SizeAsync(SqliteConnection source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand();
        command.CommandText =
            "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
