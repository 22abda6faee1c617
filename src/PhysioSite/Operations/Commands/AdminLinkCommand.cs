using System.CommandLine;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Staff.Accounts;

namespace PhysioSite.Operations.Commands;

/// <summary>
/// Prints the administrator link on request. In production, a link printed to the console at startup would be stored in a log.
/// </summary>
internal sealed class AdminLinkCommand(
    IDatabaseInspection database, IKeyStore keys, ColumnEncryption encryption, IServiceProvider services)
{
    public static Command Describe(CommandHost host)
    {
        var person = new Option<string>("--for")
        {
            Description = "An administrator who has lost the password. The link lets them set a new one.",
            HelpName = "email",
        };
        var command = new Command(
            "admin-link",
            "Prints a link by which the first administrator sets a password, or one who has lost it. It works once.")
        {
            person,
        };
        command.SetAction((parsed, _) => host.RunAsync<AdminLinkCommand>(
            (link, cancellationToken) => link.RunAsync(parsed.GetValue(person), cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(string? email, CancellationToken cancellationToken)
    {
        await using var reader = await database.OpenAsync(cancellationToken);
        if (reader is null)
        {
            throw new StartupException("There is no database yet. Start the site once with the same settings, then ask for the link.");
        }

        if (encryption.FindProblem() is { } problem)
        {
            throw new StartupException(
                $"The site could not read the link, because the keys in {keys.Location} cannot be used: {problem} If they are lost, put "
                + "back their copy; for a new site, start it once with the same settings. The command \"doctor\" says more.");
        }

        var directory = services.GetRequiredService<StaffDirectory>();
        if (email is not null)
        {
            Console.WriteLine(await directory.AdministratorLinkAsync(email)
                ?? throw new StartupException(
                    $"{email} is not the address of an administrator who may sign in. Administrators give everybody else a link under "
                    + "Staff, People."));
            return 0;
        }

        if (await directory.HasAdministratorAsync())
        {
            throw new StartupException(
                "The site has an administrator already. Ask them for a link: they make one under Staff, People. "
                + "If they have lost the password themselves: admin-link --for <email>.");
        }

        Console.WriteLine(directory.FirstAdministratorLink());
        return 0;
    }
}
