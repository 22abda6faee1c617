using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Email.Transports;

/// <summary>The steps of an SMTP session.</summary>
internal enum SmtpStep
{
    Connect,
    Greeting,
    Hello,
    StartTls,
    Handshake,
    SignIn,
    Mail,
    Recipient,
    Data,
    Message,
}

/// <summary>The site itself ends the SMTP session.</summary>
internal sealed class SmtpFaultException(Delivery delivery) : Exception(delivery.Detail)
{
    public Delivery Delivery { get; } = delivery;
}

/// <summary>
/// Maps a failure to an outcome based on the step at which it occurred. A failure before MAIL FROM is never about the email, so it does not
/// mark an email as failed.
/// </summary>
internal sealed partial class SmtpVerdict(SmtpOptions smtp)
{
    /// <summary>An answer refers to this email only from MAIL FROM on.</summary>
    private static bool IsAboutTheMail(SmtpStep step) => step >= SmtpStep.Mail;

    /// <summary>The server returned an answer other than the one required to continue with the email.</summary>
    public Delivery On(SmtpStep step, SmtpResponse answer) => (int)answer.StatusCode switch
    {
        >= 400 and < 500 => Later($"The mail server asked to try later ({Codes(answer)})."),
        < 500 => Later($"The mail server gave an answer that does not belong there ({Codes(answer)})."),
        var code when step == SmtpStep.SignIn || code is 530 or 534 or 535 or 538 =>
            Settings($"The mail server refused the sign-in ({Codes(answer)}). Check Email:Smtp:User and {Secret}."),
        _ when step == SmtpStep.StartTls =>
            Settings($"The mail server refused STARTTLS ({Codes(answer)}). Check Email:Smtp:Security and Email:Smtp:Port."),
        _ when !IsAboutTheMail(step) => Settings(
            $"The mail server does not talk to this site ({Codes(answer)}). "
            + "Check Email:Smtp:Host and Email:Smtp:Port, and whether the server lets this machine in."),

        // A server that requires every client to sign in may report this only here, as a policy status (RFC 3463, X.7). After sign-in, the
        // same status refers to the email.
        _ when smtp.User.Length == 0 && step != SmtpStep.Message && Enhanced(answer).StartsWith("5.7.", StringComparison.Ordinal) =>
            Later(
                $"The mail server does not let this site send the email ({Codes(answer)}). "
                + $"It may ask for a sign-in: check Email:Smtp:User, {Secret} and Email:From."),
        _ => new(DeliveryOutcome.Refused, $"The mail server refused the {Subject(step)} for good ({Codes(answer)})."),
    };

    /// <summary>
    /// The literal answer of the server, which may contain an address. It is for the operator's screen only. Control characters are
    /// replaced.
    /// </summary>
    public static string InFull(SmtpResponse answer)
    {
        var words = answer.Response.Replace("\n", " / ", StringComparison.Ordinal).Select(c => char.IsControl(c) ? ' ' : c);
        return $"{(int)answer.StatusCode} {string.Concat(words)}".TrimEnd();
    }

    public static Delivery Lost(SmtpStep step) => Later(step switch
    {
        SmtpStep.Connect => "The mail server could not be reached.",
        SmtpStep.Message => "The mail server closed the connection before it confirmed the email, which may have arrived.",
        _ => $"The mail server closed the connection {At(step)}.",
    }) with
    {
        IsServerAway = step == SmtpStep.Connect,
    };

    public Delivery Silent(SmtpStep step) => Later($"The mail server did not answer within {smtp.TimeoutSeconds} seconds, {At(step)}.");

    public static Delivery NotSmtp(SmtpStep step) =>
        Later($"The mail server said something that is not SMTP, {At(step)}. Check Email:Smtp:Port if it stays so.");

    /// <summary>A retry would reach the same server, so a person must change the address or the server.</summary>
    public static Delivery NoUtf8() => new(
        DeliveryOutcome.Refused,
        "The recipient's address has letters outside a to z before the @, and the mail server does not take such addresses (no SMTPUTF8). "
        + "Use another address, or a mail server with SMTPUTF8.");

    public Delivery NoStartTls() =>
        Settings($"{smtp.Host} does not offer STARTTLS on port {smtp.Port}. Check Email:Smtp:Port and Email:Smtp:Security.");

    public Delivery NoTls() =>
        Settings($"{smtp.Host} and this site agreed on no TLS on port {smtp.Port}. Check Email:Smtp:Security and Email:Smtp:Port.");

    public Delivery NoSignIn(IEnumerable<string> mechanisms)
    {
        var offered = string.Concat(
            string.Join(' ', mechanisms).Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_').Take(100));
        return Settings(offered.Length == 0
            ? $"{smtp.Host} offers no sign-in on port {smtp.Port}, but Email:Smtp:User is set. Check Email:Smtp:Port, or remove the user."
            : $"{smtp.Host} offers no sign-in that fits {Secret} (it offers {offered}). "
                + "A password needs PLAIN, LOGIN or SCRAM, an access token XOAUTH2 or OAUTHBEARER.");
    }

    public static Delivery NoToken() =>
        Settings("The access token cannot be read, or there is none in its file. Check Email:Smtp:AccessTokenFile.");

    public Delivery BadCertificate(SslPolicyErrors errors, X509ChainStatusFlags chain) => Settings(
        $"The certificate of {smtp.Host} {(errors switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "is missing",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "is for another name",
            _ when chain.HasFlag(X509ChainStatusFlags.NotTimeValid) => "has expired or is not valid yet",
            _ => "is not trusted",
        })}. Check Email:Smtp:Host, Email:Smtp:CertificateFile and the server's certificate.");

    /// <summary>The part of an answer that may be logged and stored.</summary>
    private static string Codes(SmtpResponse answer) => $"{(int)answer.StatusCode} {Enhanced(answer)}".TrimEnd();

    /// <summary>The enhanced status code, such as 5.1.1 (RFC 3463). Empty when the server sends none that matches its reply code.</summary>
    private static string Enhanced(SmtpResponse answer)
    {
        var code = EnhancedCode().Match(answer.Response.Split('\n')[^1]);
        return code.Success && code.Value[0] - '0' == (int)answer.StatusCode / 100 ? code.Value : "";
    }

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex EnhancedCode();

    private string Secret =>
        smtp.AccessTokenFile.Length > 0 ? "Email:Smtp:AccessTokenFile"
        : smtp.AccessToken.Length > 0 ? "Email:Smtp:AccessToken"
        : "Email:Smtp:Password";

    private static string Subject(SmtpStep step) => step switch
    {
        SmtpStep.Mail => "sender",
        SmtpStep.Recipient => "recipient",
        _ => "email",
    };

    private static string At(SmtpStep step) => step switch
    {
        SmtpStep.Connect => "while connecting",
        SmtpStep.Greeting => "before its greeting",
        SmtpStep.Hello => "after the greeting",
        SmtpStep.StartTls or SmtpStep.Handshake => "while TLS was set up",
        SmtpStep.SignIn => "at the sign-in",
        SmtpStep.Mail => "at the sender",
        SmtpStep.Recipient => "at the recipient",
        SmtpStep.Data => "before the email",
        _ => "after the email, which may have arrived",
    };

    private static Delivery Later(string detail) => new(DeliveryOutcome.TryLater, detail);

    private static Delivery Settings(string detail) => new(DeliveryOutcome.SettingsAtFault, detail);
}
