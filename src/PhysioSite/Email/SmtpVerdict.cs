using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.Email;

/// <summary>How far a conversation with a mail server has come.</summary>
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

/// <summary>A conversation that cannot go on, and what that means.</summary>
/// <param name="reply">The server's answer, when there was one.</param>
internal sealed class SmtpFaultException(Delivery delivery, SmtpReply? reply = null) : Exception(delivery.Detail)
{
    public Delivery Delivery { get; } = delivery;

    public SmtpReply? Reply { get; } = reply;
}

/// <summary>
/// What a failure means, by the step at which it happened. Before the sender is named it is never about the mail, so no mail is parked for it.
/// </summary>
internal sealed class SmtpVerdict(SmtpOptions smtp)
{
    /// <summary>Only once these have been talked about is an answer about this mail.</summary>
    private static bool IsAboutTheMail(SmtpStep step) => step >= SmtpStep.Mail;

    /// <summary>The server gave another answer than the one that lets the mail go on.</summary>
    public Delivery On(SmtpStep step, SmtpReply reply) => reply switch
    {
        { Class: 4 } => Later($"The mail server asked to try later ({reply.Codes})."),
        { Class: not 5 } => Later($"The mail server gave an answer that does not belong there ({reply.Codes})."),
        _ when step == SmtpStep.SignIn || reply.Code is 530 or 534 or 535 or 538 =>
            Settings($"The mail server refused the sign-in ({reply.Codes}). Check Email:Smtp:User and {Secret}."),
        _ when step == SmtpStep.StartTls => Settings($"The mail server refused STARTTLS ({reply.Codes}). Check Email:Smtp:Security and Email:Smtp:Port."),
        _ when !IsAboutTheMail(step) => Settings($"The mail server does not talk to this site ({reply.Codes}). Check Email:Smtp:Host and Email:Smtp:Port, and whether the server lets this machine in."),
        // A server that asks everybody to sign in may say so only here, as a matter of policy (RFC 3463, X.7). Once signed in, it means the mail.
        _ when smtp.User.Length == 0 && step != SmtpStep.Message && reply.Enhanced.StartsWith("5.7.", StringComparison.Ordinal) =>
            Later($"The mail server does not let this site send the mail ({reply.Codes}). It may ask for a sign-in: check Email:Smtp:User, {Secret} and Email:From."),
        _ => new(DeliveryOutcome.Refused, $"The mail server refused the {Subject(step)} for good ({reply.Codes})."),
    };

    public static Delivery Lost(SmtpStep step) => Later(step switch
    {
        SmtpStep.Connect => "The mail server could not be reached.",
        SmtpStep.Message => "The mail server closed the connection before it confirmed the mail, which may have arrived.",
        _ => $"The mail server closed the connection {At(step)}.",
    });

    public Delivery Silent(SmtpStep step) => Later($"The mail server did not answer within {smtp.TimeoutSeconds} seconds, {At(step)}.");

    public static Delivery NotSmtp(SmtpStep step) => Later($"The mail server said something that is not SMTP, {At(step)}. Check Email:Smtp:Port if it stays so.");

    public Delivery NoStartTls() => Settings($"{smtp.Host} does not offer STARTTLS on port {smtp.Port}. Check Email:Smtp:Port and Email:Smtp:Security.");

    public Delivery NoTls() => Settings($"{smtp.Host} and this site agreed on no TLS on port {smtp.Port}. Check Email:Smtp:Security and Email:Smtp:Port.");

    public Delivery NoSignIn(string offered) => Settings(offered.Length == 0
        ? $"{smtp.Host} offers no sign-in on port {smtp.Port}, but Email:Smtp:User is set. Check Email:Smtp:Port, or remove the user."
        : $"{smtp.Host} offers no sign-in that fits {Secret} (it offers {offered}). A password needs PLAIN or LOGIN, an access token XOAUTH2.");

    public static Delivery NoToken() => Settings("The access token cannot be read, or there is none in its file. Check Email:Smtp:AccessTokenFile.");

    public Delivery BadCertificate(SslPolicyErrors errors, X509ChainStatusFlags chain) => Settings(
        $"The certificate of {smtp.Host} {(errors switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "is missing",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "is for another name",
            _ when chain.HasFlag(X509ChainStatusFlags.NotTimeValid) => "has expired or is not valid yet",
            _ => "is not trusted",
        })}. Check Email:Smtp:Host, Email:Smtp:CertificateFile and the server's certificate.");

    private string Secret => smtp.AccessTokenFile.Length > 0 ? "Email:Smtp:AccessTokenFile" : smtp.AccessToken.Length > 0 ? "Email:Smtp:AccessToken" : "Email:Smtp:Password";

    private static string Subject(SmtpStep step) => step switch
    {
        SmtpStep.Mail => "sender",
        SmtpStep.Recipient => "recipient",
        _ => "mail",
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
        SmtpStep.Data => "before the mail",
        _ => "after the mail, which may have arrived",
    };

    private static Delivery Later(string detail) => new(DeliveryOutcome.TryLater, detail);

    private static Delivery Settings(string detail) => new(DeliveryOutcome.SettingsAtFault, detail);
}
