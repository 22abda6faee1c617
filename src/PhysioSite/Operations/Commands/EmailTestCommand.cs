using System.CommandLine;
using Microsoft.Extensions.Options;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Localization;
using PhysioSite.Text;

namespace PhysioSite.Operations.Commands;

/// <summary>
/// Tests step by step whether email can be sent with the current settings. It needs no database, and the site may be running.
/// </summary>
internal sealed class EmailTestCommand(IServiceProvider services)
{
    public static Command Describe(CommandHost host)
    {
        var to = new Option<string>("--to") { Description = "Who gets the test email.", HelpName = "address", Required = true };
        to.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var address }] && !EmailAddress.IsValid(address))
            {
                result.AddError($"\"{address}\" is not an email address.");
            }
        });
        var test = new Command("test", "Sends one test email at once, shows each step, and says what to change when it fails.") { to };
        test.SetAction((parsed, _) => host.RunAsync<EmailTestCommand>(
            (command, cancellationToken) => command.RunAsync(parsed.GetRequiredValue(to), cancellationToken)));
        return new Command("email", "Has one command, email test --to <address>: sends one test email at once and shows each step.")
        {
            test,
        };
    }

    private async Task<int> RunAsync(string to, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<EmailOptions>>().Value;
        var transport = services.GetRequiredService<IEmailTransport>();
        Console.WriteLine($"From {options.From} to {to}, by {transport.Description}.");
        if (transport is PickupFolderTransport)
        {
            Console.WriteLine("There is no mail server: Email:Smtp:Host is not set, so emails are written to that folder and go nowhere.");
            var folder = services.GetRequiredService<DataFolder>();
            if (!Directory.Exists(folder.Mail))
            {
                throw new StartupException(
                    $"The folder {folder.Mail} is not there yet. Start the site once with the same settings, or set Email:Smtp:Host.");
            }
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var rendered = EmailRenderer.Render(new TestEmail(now), Language.English);
        var email = new OutboxEmail(EmailKind.Test, new EmailTopic(null, "TEST", ""), to, rendered, now);
        var delivery = await transport.SendAsync(email, Console.WriteLine, cancellationToken);
        if (delivery.Outcome == DeliveryOutcome.Sent)
        {
            Console.WriteLine(transport is PickupFolderTransport
                ? "The email is in the folder."
                : "The email is on its way. Check that it arrives, and not in the junk folder.");
            return 0;
        }

        Console.WriteLine($"The email has not left. {delivery.Detail}");
        Console.WriteLine(delivery.Outcome switch
        {
            DeliveryOutcome.SettingsAtFault => "Until this is changed, all email of the site is paused; none is lost.",
            DeliveryOutcome.Refused => "The site would not try this email again by itself, but show it under Staff, Delivery.",
            _ => "The site would try this email again by itself, for 72 hours.",
        });
        return 1;
    }
}
