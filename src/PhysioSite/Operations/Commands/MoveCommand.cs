using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Move;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Operations.Commands;

/// <summary>Copies the SQLite database and its keys to PostgreSQL while the site is stopped. What is copied stays as it is.</summary>
/// <param name="from">The services of a site with SQLite.</param>
/// <param name="to">The services of a site with PostgreSQL.</param>
internal sealed class MoveCommand(IServiceProvider from, IServiceProvider to)
{
    private readonly CommandProgress _progress = new(from.GetRequiredService<TimeProvider>());

    public static Command Describe(CommandHost host)
    {
        var target = new Option<string>("--to")
        {
            Description = "The PostgreSQL database, which must be empty. Without this option, that of Database:ConnectionString: "
                + "other users of the machine can read the options of a program, a password included.",
            HelpName = "connection",
        };

        // The usual message about an unknown argument repeats it, and it may have a password.
        var rest = new Argument<string[]>("rest") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
        rest.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0)
            {
                result.AddError("Only --to is an option, and its value one argument: --to \"Host=...;Database=...\".");
            }
        });
        var command = new Command(
            "move",
            "Copies the SQLite database and its keys to PostgreSQL, and compares them. The site must be stopped. It needs "
            + "Data:KeyCertificate.")
        {
            target,
            rest,
        };
        command.SetAction((parsed, _) => host.RunAsync(async cancellationToken =>
        {
            string[] connection = parsed.GetValue(target) is { } text ? [$"{DatabaseOptions.Section}:ConnectionString={text}"] : [];
            await using var to = host.CreateServices(["Database:Provider=PostgreSql", .. connection]);
            await using var from = host.CreateServices("Database:Provider=Sqlite", "Database:ConnectionString=", "Data:KeyCertificate=");
            return await new MoveCommand(from.ServiceProvider, to.ServiceProvider).RunAsync(cancellationToken);
        }));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        AssertTarget();
        var folder = from.GetRequiredService<DataFolder>();
        if (!File.Exists(folder.Database))
        {
            throw new StartupException($"There is no database in {folder.Path}. Check Data:Folder (environment: Data__Folder).");
        }

        // Until the command ends, so that no site writes to what is copied.
        folder.Open();
        try
        {
            await CheckAsync(folder.Database, cancellationToken);
            await MoveAsync(cancellationToken);
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            throw new StartupException($"Nothing was moved: {e.Message} Correct the cause and run the command again.", e);
        }

        Console.WriteLine(
            $"{folder.Database} and the keys in {folder.Keys} are as they were. Set Database:Provider to PostgreSql, with "
            + "Database:ConnectionString and Data:KeyCertificate, and start the site; it must not be started with SQLite again.");
        return 0;
    }

    /// <exception cref="StartupException">The connection is missing or not valid.</exception>
    private void AssertTarget()
    {
        try
        {
            _ = to.GetRequiredService<IOptions<DatabaseOptions>>().Value;
        }
        catch (OptionsValidationException e)
        {
            throw new StartupException($"{string.Join('\n', e.Failures)} Or name it with --to.", e);
        }
    }

    private async Task CheckAsync(string file, CancellationToken cancellationToken)
    {
        await using var database = await ReadOnlyDatabase.OpenAsync(file, cancellationToken);
        await _progress.ShowAsync($"Checking {file}", () => database.AssertSoundAsync(cancellationToken));
        var db = from.GetRequiredService<SiteDbContext>();
        var (stored, known) = (await database.MigrationsAsync(cancellationToken), db.Database.GetMigrations().ToList());
        if (stored.Except(known).Any())
        {
            throw new StartupException($"{file} is of a newer version of the program. Run the command of that version.");
        }

        if (!stored.SequenceEqual(known))
        {
            throw new StartupException(
                $"{file} is of an earlier version of the program. Start this version of the site with SQLite once, stop it, and run the "
                + "command again.");
        }

        var keys = from.GetRequiredService<KeyCheck>();
        if (await database.FindLostKeysAsync(keys, db.Model, cancellationToken) is { Count: > 0 } lost)
        {
            throw new StartupException($"{keys.Describe(lost)} Nothing was moved.");
        }
    }

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        await using var move = await DatabaseMove.BeginAsync(from, to, cancellationToken);
        await _progress.ShowAsync("Copying to PostgreSQL", progress => move.CopyAsync(progress, cancellationToken));
        await _progress.ShowAsync("Comparing", progress => move.CompareAsync(progress, cancellationToken));
        await move.CommitAsync();
        foreach (var table in move.Tables)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{table.Name,-20} {table.Copied.Rows,11:N0} row(s), checksum {table.Copied.Sum}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Moved and compared: {move.Tables.Count} tables, {move.Rows:N0} row(s), {move.Keys} key(s)."));
    }
}
