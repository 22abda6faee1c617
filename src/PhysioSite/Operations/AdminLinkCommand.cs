using System.CommandLine;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Accounts;

namespace PhysioSite.Operations;

/// <summary>
/// Prints the administrator link on request. In production, a link printed to the console at startup would be stored in a log.
/// </summary>
internal sealed class AdminLinkCommand(DataFolder folder, IServiceProvider services)
{
    public static Command Describe(CommandHost host)
    {
        var command = new Command(
            "admin-link",
            "Prints a link by which the first administrator sets a password. It works once, for a day.");
        command.SetAction((_, _) => host.RunAsync<AdminLinkCommand>((link, _) => link.RunAsync()));
        return command;
    }

    private async Task<int> RunAsync()
    {
        if (!File.Exists(folder.Database))
        {
            throw new StartupException("There is no database yet. Start the site once with the same settings, then ask for the link.");
        }

        var directory = services.GetRequiredService<StaffDirectory>();
        if (await directory.HasAdministratorAsync())
        {
            throw new StartupException("The site has an administrator already. Ask them for a link: they make one under Staff, People.");
        }

        Console.WriteLine(directory.FirstAdministratorLink());
        return 0;
    }
}
