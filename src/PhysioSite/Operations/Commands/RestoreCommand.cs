using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Operations.Commands;

/// <summary>Replaces the database with a backup while the site is stopped. The previous database is kept next to it.</summary>
internal sealed class RestoreCommand(
    DataFolder folder, IOptions<DatabaseOptions> database, SqliteRestore files, SiteDbContext db, ColumnEncryption encryption,
    KeyCheck keys, TimeProvider time)
{
    private const int BytesAtOnce = 1024 * 1024;

    private readonly CommandProgress _progress = new(time);

    public static Command Describe(CommandHost host)
    {
        var file = FileArgument.Create("The backup. It stays as it is.");
        var command = new Command(
            "restore", "Puts a backup in the place of the database. The site must be stopped, and the keys in their place.")
        {
            file,
        };
        command.SetAction((parsed, _) => host.RunAsync<RestoreCommand>(
            (restore, cancellationToken) => restore.RunAsync(parsed.GetRequiredValue(file).FullName, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(string source, CancellationToken cancellationToken)
    {
        SqliteOnly.Assert(database.Value);
        if (!File.Exists(source))
        {
            throw new StartupException($"There is no file {source}.");
        }

        var draft = $"{folder.Database}.restoring";
        try
        {
            // Before anything is written.
            var requests = await CheckAsync(source, cancellationToken);
            folder.Open();
            PrivateFile.Create(draft);
            await _progress.ShowAsync($"Copying {source}", progress => CopyAsync(source, draft, progress, cancellationToken));
            await AssertSoundAsync(draft, "Checking the copy", cancellationToken);
            await SqliteRestore.EndSessionsAsync(draft, cancellationToken);
            var aside = await files.MoveAsideAsync(cancellationToken);
            PrivateFile.Publish(draft, folder.Database, overwrite: true);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Restored {requests} request(s). Everyone on the staff desk has to sign in again."));
            Console.WriteLine(aside is null
                ? "There was no database before."
                : $"What was there is kept: {aside}. Delete it when you no longer need it.");
            Console.WriteLine("Start the site. Emails that were sent after the backup was made are sent again, with the same Message-ID.");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException)
        {
            throw new StartupException($"Nothing was restored: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }

    private static async Task<long> CopyAsync(string source, string draft, IProgress<double> progress, CancellationToken cancellationToken)
    {
        await using var from = File.OpenRead(source);
        await using var to = File.OpenWrite(draft);
        var buffer = new byte[BytesAtOnce];
        for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Report((double)to.Length / from.Length);
        }

        return to.Length;
    }

    private async Task AssertSoundAsync(string file, string step, CancellationToken cancellationToken)
    {
        await using var copy = await ReadOnlyDatabase.OpenBackupAsync(file, cancellationToken);
        await _progress.ShowAsync(step, () => copy.AssertSoundAsync(cancellationToken));
    }

    /// <returns>The number of requests in the backup.</returns>
    private async Task<long> CheckAsync(string source, CancellationToken cancellationToken)
    {
        await AssertSoundAsync(source, "Checking the backup", cancellationToken);
        await using var backup = await ReadOnlyDatabase.OpenBackupAsync(source, cancellationToken);
        if ((await backup.MigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).ToList() is [_, ..] newer)
        {
            throw new StartupException(
                $"The backup is of a newer version of the program ({string.Join(", ", newer)}). Restore it with that version.");
        }

        var lost = await _progress.ShowAsync("Trying the keys", _ => backup.FindLostKeysAsync(keys, db.Model, cancellationToken));
        if (lost.Count > 0)
        {
            throw new StartupException($"{keys.Describe(lost)} Nothing was changed.");
        }

        var found = await _progress.ShowAsync(
            "Decrypting every value", _ => backup.DecryptAllAsync(db.Model, encryption, cancellationToken));
        if (found.Unreadable.Count > 0)
        {
            // Other keys would not help. The rest of the backup is valid.
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{found.Unreadable.Count} of {found.Total} encrypted values are damaged in the backup and stay unreadable: "
                + $"{found.Examples}."));
        }

        return await backup.CountAsync("AppointmentRequests", cancellationToken);
    }
}
