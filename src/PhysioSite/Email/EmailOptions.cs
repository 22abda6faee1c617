using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace PhysioSite.Email;

public sealed class EmailOptions
{
    public const string Section = "Email";

    /// <summary>Sender of every mail: <c>Name &lt;address&gt;</c> on the group's own domain.</summary>
    public string From { get; set; } = "";

    public SmtpOptions Smtp { get; set; } = new();
}

public sealed class SmtpOptions
{
    /// <summary>Empty: mails are written to the data folder's <c>mail</c> folder.</summary>
    public string Host { get; set; } = "";

    /// <summary>Submission with STARTTLS, usually 587. Implicit TLS (465) is not supported.</summary>
    public int Port { get; set; } = 587;

    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>May only be false for a host on this machine.</summary>
    public bool RequireTls { get; set; } = true;

    /// <summary>Longest time for one mail, in seconds, whatever the server does.</summary>
    public int TimeoutSeconds { get; set; } = 30;
}

internal sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        var problems = new List<string>();
        if (!MailAddress.TryCreate(options.From, out _))
        {
            problems.Add($"Email:From is \"{options.From}\". Set it to the sender of every mail, like \"Cedar & Stride <no-reply@example.org>\".");
        }

        var smtp = options.Smtp;
        if (smtp.Host.Length > 0)
        {
            if (smtp.Port == 465)
            {
                problems.Add("Email:Smtp:Port is 465, which starts TLS before the first word; this site uses STARTTLS. Set it to the server's submission port, usually 587.");
            }
            else if (smtp.Port is < 1 or > 65535)
            {
                problems.Add($"Email:Smtp:Port is {smtp.Port}. Set it to the server's submission port, usually 587.");
            }

            if (smtp.User.Length > 0 != smtp.Password.Length > 0)
            {
                problems.Add("Only one of Email:Smtp:User and Email:Smtp:Password is set. Set both, or neither for a server that asks for none.");
            }

            if (!smtp.RequireTls && !IsThisMachine(smtp.Host))
            {
                problems.Add($"Email:Smtp:RequireTls is false, but {smtp.Host} is not this machine: names would travel in the clear. Remove the setting, or use a server on localhost.");
            }
        }

        if (smtp.TimeoutSeconds is < 1 or > 300)
        {
            problems.Add($"Email:Smtp:TimeoutSeconds is {smtp.TimeoutSeconds}. Set it to 1 to 300 seconds.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
