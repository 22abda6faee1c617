using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Commands;

namespace PhysioSite.Data;

/// <summary>Puts a backup in the place of the database, while the site is stopped. What was there is kept beside it.</summary>
internal sealed class RestoreCommand(DataFolder folder, SiteDbContext db, ColumnEncryption encryption, IKeyManager keys, TimeProvider time)
{
    private const string Sessions = "StaffSessions";
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
        if (!File.Exists(source))
        {
            throw new StartupException($"There is no file {source}.");
        }

        folder.Open();
        var draft = $"{folder.Database}.restoring";
        try
        {
            OwnersFile.Create(draft);
            await _progress.ShowAsync($"Copying {source}", progress => CopyAsync(source, draft, progress, cancellationToken));
            var requests = await CheckAsync(draft, cancellationToken);
            await EndSessionsAsync(draft, cancellationToken);
            var aside = await KeepPresentAsync(cancellationToken);
            OwnersFile.Publish(draft, folder.Database, overwrite: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored {requests} request(s). Everyone on the staff desk signs in anew."));
            Console.WriteLine(aside is null ? "There was no database before." : $"What was there is kept: {aside}. Delete it when you no longer need it.");
            Console.WriteLine("Start the site. Mails that left after the backup was made are sent once more, with the same Message-ID.");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartupException($"Nothing was restored: {e.Message}", e);
        }
        finally
        {
            File.Delete(draft);
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

    private async Task<long> CheckAsync(string draft, CancellationToken cancellationToken)
    {
        await using var copy = await DatabaseCopy.OpenAsync(draft, cancellationToken);
        await _progress.ShowAsync("Checking the copy", () => copy.AssertSoundAsync(cancellationToken));
        if ((await copy.MigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).ToList() is [_, ..] newer)
        {
            throw new StartupException($"The backup is of a newer version of the program ({string.Join(", ", newer)}). Restore it with that version.");
        }

        var found = await _progress.ShowAsync(
            "Trying the keys", _ => copy.TryKeysAsync(db.Model, encryption, keys.GetAllKeys().Select(key => key.KeyId), cancellationToken));
        if (found.MissingKeys.Count > 0 || (found.Readable == 0 && found.Unreadable.Count > 0))
        {
            throw new StartupException(string.Create(
                CultureInfo.InvariantCulture,
                $"{found.Unreadable.Count} of {found.Total} encrypted values of the backup cannot be read with the keys in {folder.Keys}. Put the keys of that time there, and try again. Nothing was changed."));
        }

        if (found.Unreadable.Count > 0)
        {
            // Their keys are here, so no other keys would help; the rest of the backup is good.
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Unreadable.Count} of {found.Total} encrypted values are damaged in the backup and stay unreadable: {found.Examples}."));
        }

        return await copy.CountAsync("AppointmentRequests", cancellationToken);
    }

    /// <summary>Someone who was signed in when the backup was made may have left since.</summary>
    private static async Task EndSessionsAsync(string draft, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = draft, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM sqlite_schema WHERE name = '{Sessions}'";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 1)
        {
            command.CommandText = $"DELETE FROM \"{Sessions}\"";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <returns>Where the present database is kept, or null when there is none.</returns>
    private async Task<string?> KeepPresentAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Database))
        {
            return null;
        }

        var aside = string.Create(CultureInfo.InvariantCulture, $"{folder.Database}.before-{time.GetUtcNow():yyyyMMdd-HHmmss}");
        try
        {
            // The last connection that closes brings what is in the log into the file.
            await using var present = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = folder.Database, Pooling = false }.ToString());
            await present.OpenAsync(cancellationToken);
            await using var command = present.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (SqliteException)
        {
            // It is too damaged to be opened, which may be why a backup is restored: its log is kept with it.
        }

        foreach (var part in new[] { "-wal", "-shm" })
        {
            if (File.Exists(folder.Database + part))
            {
                File.Move(folder.Database + part, aside + part);
            }
        }

        OwnersFile.Create(aside);
        File.Copy(folder.Database, aside, overwrite: true);
        return aside;
    }
}
