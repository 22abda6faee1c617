using PhysioSite.Commands;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff;

/// <summary>For production, where a link on the console would end in a log: prints it only when asked.</summary>
internal sealed class AdminLinkCommand(DataFolder folder, IServiceProvider services) : ISiteCommand
{
    public string Name => "admin-link";

    public string Arguments => "";

    public string Purpose => "Prints a link by which the first administrator sets a password. It works once, for a day.";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
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
