using System.Net;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using PhysioSite.Text;

namespace PhysioSite.Email;

public sealed class EmailOptions
{
    public const string Section = "Email";

    /// <summary>The sender of every email: <c>Name &lt;address&gt;</c> on the group's own domain.</summary>
    public string From { get; set; } = "";

    public SmtpOptions Smtp { get; set; } = new();

    public DkimOptions Dkim { get; set; } = new();
}

public enum SmtpSecurity
{
    /// <summary>TLS with STARTTLS is required. Nothing is sent without it.</summary>
    StartTls,

    /// <summary>Implicit TLS: the TLS handshake takes place before the SMTP greeting.</summary>
    Implicit,

    /// <summary>No TLS. Allowed only for a server on this machine.</summary>
    None,
}

public sealed class SmtpOptions
{
    private const int ImplicitTlsPort = 465;

    /// <summary>The host name of the mail server. Empty: emails are written to the <c>email</c> folder of the data folder.</summary>
    public string Host { get; set; } = "";

    /// <summary>The submission port of the server, usually 587 or 465.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Default when not set: implicit TLS on port 465, STARTTLS on any other port.</summary>
    public SmtpSecurity? Security { get; set; }

    /// <summary>The former name of <see cref="Security"/>: false means <see cref="SmtpSecurity.None"/>.</summary>
    public bool RequireTls { get; set; } = true;

    /// <summary>
    /// The path of a PEM file. When set, the server's certificate must be issued by a certificate in this file instead of one that this
    /// machine trusts.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The user name. Empty: no sign-in. Otherwise a password or an access token belongs to it.</summary>
    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>An OAuth access token, for XOAUTH2 or OAUTHBEARER.</summary>
    public string AccessToken { get; set; } = "";

    /// <summary>
    /// The path of a file with the access token. It is read for each connection because tokens expire. It takes precedence over
    /// <see cref="AccessToken"/>.
    /// </summary>
    public string AccessTokenFile { get; set; } = "";

    /// <summary>The maximum time for one email in seconds, regardless of the behavior of the server.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    internal SmtpSecurity UsedSecurity => Security
        ?? (!RequireTls ? SmtpSecurity.None : Port == ImplicitTlsPort ? SmtpSecurity.Implicit : SmtpSecurity.StartTls);

    internal bool HasAccessToken => AccessToken.Length > 0 || AccessTokenFile.Length > 0;
}

internal sealed class EmailOptionsValidator : IValidateOptions<EmailOptions>
{
    public ValidateOptionsResult Validate(string? name, EmailOptions options)
    {
        var problems = new List<string>();
        if (!MailAddress.TryCreate(options.From, out var from)
            || !EmailAddress.IsValid(from.Address)
            || EmailAddress.NeedsSmtpUtf8(from.Address))
        {
            problems.Add(
                $"Email:From is \"{options.From}\". Set it to the sender of every email, like \"Cedar & Stride <no-reply@example.org>\".");
        }

        else if (options.Dkim.IsSet)
        {
            problems.AddRange(options.Dkim.Problems(EmailAddress.WithAsciiDomain(from.Address).Split('@')[^1]));
        }

        if (options.Smtp.Host.Length > 0)
        {
            problems.AddRange(Problems(options.Smtp));
        }

        if (options.Smtp.TimeoutSeconds is < 1 or > 300)
        {
            problems.Add($"Email:Smtp:TimeoutSeconds is {options.Smtp.TimeoutSeconds}. Set it to 1 to 300 seconds.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(SmtpOptions smtp)
    {
        if (smtp.Port is < 1 or > 65535)
        {
            yield return $"Email:Smtp:Port is {smtp.Port}. Set it to the server's submission port, usually 587 or 465.";
        }

        if (smtp.UsedSecurity == SmtpSecurity.None && !IsThisMachine(smtp.Host))
        {
            yield return $"Email:Smtp:Security is None, but {smtp.Host} is not this machine: names would travel in the clear. "
                + "Remove the setting, or use a server on localhost.";
        }

        if (smtp.CertificateFile.Length > 0 && !HoldsCertificate(smtp.CertificateFile))
        {
            yield return $"Email:Smtp:CertificateFile is \"{smtp.CertificateFile}\", which cannot be read or holds no certificate. "
                + "Set it to a PEM file, or remove it to trust what this machine trusts.";
        }

        if (smtp.Password.Length > 0 && smtp.HasAccessToken)
        {
            yield return "Both Email:Smtp:Password and an access token are set. Keep the one the server asks for.";
        }
        else if (smtp.HasAccessToken && smtp.User.Length == 0)
        {
            yield return "An access token is set without Email:Smtp:User. Set it to the mailbox the token is for.";
        }
        else if (!smtp.HasAccessToken && smtp.User.Length > 0 != smtp.Password.Length > 0)
        {
            yield return "Only one of Email:Smtp:User and Email:Smtp:Password is set. "
                + "Set both, or neither for a server that asks for none.";
        }
    }

    private static bool HoldsCertificate(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
