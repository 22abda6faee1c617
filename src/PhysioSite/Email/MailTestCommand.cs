using Microsoft.Extensions.Options;
using PhysioSite.Commands;
using PhysioSite.Data;

namespace PhysioSite.Email;

/// <summary>Shows an operator, step by step, whether mail leaves with the present settings. Needs no database, and the site may be running.</summary>
internal sealed class MailTestCommand(IServiceProvider services) : ISiteCommand
{
    public string Name => "mail test";

    public string Arguments => "--to <address>";

    public string Purpose => "Sends one test mail at once, says each step, and what to change when it fails.";

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (arguments is not ["--to", var to])
        {
            return SiteCommands.Misused(this, "Say to whom the test mail goes.");
        }

        if (!MimeMail.CanTravel(to))
        {
            return SiteCommands.Misused(this, $"\"{to}\" is not a mail address.");
        }

        var options = services.GetRequiredService<IOptions<EmailOptions>>().Value;
        var transport = services.GetRequiredService<IEmailTransport>();
        Console.WriteLine($"From {options.From} to {to}, by {transport.Description}.");
        if (transport is FolderTransport)
        {
            Console.WriteLine("There is no mail server: Email:Smtp:Host is not set, so mails are written to that folder and go nowhere.");
            var folder = services.GetRequiredService<DataFolder>();
            if (!Directory.Exists(folder.Mail))
            {
                throw new StartupException($"The folder {folder.Mail} is not there yet. Start the site once with the same settings, or set Email:Smtp:Host.");
            }
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var text = new MailText(
            "Test of the website's mail",
            ["This mail was sent by hand to see whether the website's mail arrives. There is nothing to do."],
            [new MailFact("Sent", $"{now:yyyy-MM-dd HH:mm:ss} UTC")], null, []);
        var delivery = await transport.SendAsync(new OutboxMail("Test", "TEST", "", to, text, now), Console.WriteLine, cancellationToken);
        if (delivery.Outcome == DeliveryOutcome.Sent)
        {
            Console.WriteLine(transport is FolderTransport ? "The mail is in the folder." : "The mail is on its way. Look whether it arrives, and not as junk.");
            return 0;
        }

        Console.WriteLine($"The mail has not left. {delivery.Detail}");
        Console.WriteLine(delivery.Outcome switch
        {
            DeliveryOutcome.SettingsAtFault => "Until this is changed, all mail of the site is paused; none is lost.",
            DeliveryOutcome.Refused => "The site would not try this mail again by itself, but show it under Staff, Delivery.",
            _ => "The site would try this mail again by itself, for 72 hours.",
        });
        return 1;
    }
}
