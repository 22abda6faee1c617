using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments.Indexing;

namespace PhysioSite.Operations.Commands;

/// <summary>
/// Makes a new data-protection key and a new secret of the index, encrypts every stored value with the key, and builds the index again. The
/// site must be stopped.
/// </summary>
internal sealed class RotateKeysCommand(
    SiteDbContext db,
    IDatabaseInspection database,
    IDatabaseMaintenance maintenance,
    IKeyManager manager,
    IKeyStore store,
    KeyCheck keys,
    IndexSecret secret,
    IndexBuilder index,
    IOptions<KeyManagementOptions> options,
    TimeProvider time)
{
    private const int KeyAttempts = 200;

    private static readonly TimeSpan BetweenKeyAttempts = TimeSpan.FromMilliseconds(50);

    private readonly CommandProgress _progress = new(time);

    public static Command Describe(CommandHost host)
    {
        var resume = new Option<bool>("--continue")
        {
            Description = "Goes on with a run that was stopped, without another new key.",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command(
            "rotate-keys",
            "Makes new keys and encrypts everything stored again with them. The site must be stopped; everyone has to sign in again.")
        {
            resume,
        };
        command.SetAction((parsed, _) => host.RunAsync<RotateKeysCommand>(
            (rotation, cancellationToken) => rotation.RunAsync(parsed.GetValue(resume), cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(bool resumes, CancellationToken cancellationToken)
    {
        try
        {
            await using (var reader = await database.OpenAsync(cancellationToken))
            {
                if (reader is null)
                {
                    throw new StartupException($"There is nothing to encrypt. {database.Missing}");
                }
            }

            await using var turn = await maintenance.EnterAloneAsync(cancellationToken);
            await CheckAsync(cancellationToken);
            if (!resumes)
            {
                await MakeKeyAsync(cancellationToken);
            }

            await _progress.ShowAsync("Emptying the index", () => secret.ReplaceAsync(cancellationToken));

            var (changed, unreadable) = await _progress.ShowAsync(
                "Encrypting stored values", progress => new Reencryption(db).RunAsync(progress, cancellationToken));
            await _progress.ShowAsync("Indexing requests", progress => index.RunAsync(progress, cancellationToken));
            await maintenance.RemoveErasedDataAsync(db, cancellationToken);
            Report(changed, unreadable);
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Run \"rotate-keys --continue\" to go on. The site can be started meanwhile.");
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException or DbUpdateException)
        {
            throw new StartupException(
                $"Not everything was encrypted again: {e.Message} What is stored can be read. "
                + "Correct the cause, then run \"rotate-keys --continue\".",
                e);
        }
    }

    /// <summary>Before anything is written.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any()
            || (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).Any())
        {
            throw new StartupException(
                "The database is of another version of the program. Start the site once with this version, and stop it.");
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
        var lost = await _progress.ShowAsync(
            "Trying the keys", _ => keys.FindLostAsync(db.Database.GetDbConnection(), db.Model, cancellationToken));
        await db.Database.CloseConnectionAsync();
        if (lost.Count > 0)
        {
            throw new StartupException($"{keys.Describe(lost)} Nothing was changed.");
        }
    }

    /// <summary>
    /// Revokes the earlier keys: sessions, links for a password and open forms that were made with them end. They still decrypt what is
    /// stored.
    /// </summary>
    private async Task MakeKeyAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        manager.RevokeAllKeys(now, "Replaced by rotate-keys.");
        var key = manager.CreateNewKey(now, now + options.Value.NewKeyLifetime);

        // The framework reads the keys again in the background.
        for (var attempt = 1; db.Encryption.CurrentKey != key.KeyId; attempt++)
        {
            if (attempt == KeyAttempts)
            {
                throw new StartupException($"The new key {store.NameOf(key.KeyId)} is not used. Run \"rotate-keys --continue\".");
            }

            await Task.Delay(BetweenKeyAttempts, cancellationToken);
        }
    }

    private void Report(long changed, long unreadable)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{changed} value(s) were encrypted again."));
        if (unreadable > 0)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{unreadable} damaged value(s) cannot be read and were left as they are."));
        }

        Console.WriteLine(
            $"{store.Advice}. Backups from before need the earlier keys: delete these when you no longer need the backups. Start the site; "
            + "everyone has to sign in again.");
    }
}
