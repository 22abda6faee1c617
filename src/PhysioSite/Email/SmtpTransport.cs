using System.Net;
using System.Net.Mail;
using System.Security.Authentication;
using Microsoft.Extensions.Options;

namespace PhysioSite.Email;

/// <summary>
/// Hands each mail to an SMTP server. A new client for every mail, one recipient a mail, and a limit of our own around the whole,
/// because System.Net.Mail does not listen to cancellation while it waits for the answer to the message.
/// </summary>
internal sealed class SmtpTransport(IOptions<EmailOptions> options) : IEmailTransport
{
    private readonly SmtpOptions _smtp = options.Value.Smtp;

    public string Description => $"the mail server {_smtp.Host}:{_smtp.Port}";

    public async Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(_smtp.TimeoutSeconds);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        var client = new SmtpClient(_smtp.Host, _smtp.Port) { EnableSsl = _smtp.RequireTls };
        if (_smtp.User.Length > 0)
        {
            client.Credentials = new NetworkCredential(_smtp.User, _smtp.Password);
        }

        var message = MimeMail.Create(mail, new MailAddress(options.Value.From));
        var sending = client.SendMailAsync(message, stop.Token);
        _ = sending.ContinueWith(
            finished =>
            {
                _ = finished.Exception;
                message.Dispose();
                client.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await sending.WaitAsync(stop.Token);
            return Delivery.Sent;
        }
        catch (OperationCanceledException)
        {
            // The answer to a message is waited for on a thread that only the end of the connection frees.
            client.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return new Delivery(DeliveryOutcome.TryLater, $"The mail server did not answer within {limit.TotalSeconds} seconds.");
        }
        catch (SmtpException e)
        {
            return Explain(e);
        }
    }

    private Delivery Explain(SmtpException e)
    {
        var code = (int)e.StatusCode;
        return (e.StatusCode, e.InnerException) switch
        {
            (SmtpStatusCode.MustIssueStartTlsFirst, _) or ((SmtpStatusCode)534, _) or ((SmtpStatusCode)535, _) =>
                new(DeliveryOutcome.SettingsAtFault, $"The mail server refused the sign-in ({code}). Check Email:Smtp:User and Email:Smtp:Password."),
            (SmtpStatusCode.GeneralFailure, AuthenticationException) =>
                new(DeliveryOutcome.SettingsAtFault, $"The certificate of {_smtp.Host} is not trusted or is for another name. Check Email:Smtp:Host and the server's certificate."),
            (SmtpStatusCode.GeneralFailure, null) =>
                new(DeliveryOutcome.SettingsAtFault, $"{_smtp.Host} does not offer STARTTLS on port {_smtp.Port}. Check Email:Smtp:Port."),
            (SmtpStatusCode.GeneralFailure, _) =>
                new(DeliveryOutcome.TryLater, "The mail server could not be reached, or it closed the connection."),
            // Some servers say only here that nobody has signed in (RFC 3463: X.7 is security or policy); others, that they refuse one recipient.
            _ when code is >= 500 and < 600 && e.Message.Contains(" 5.7.", StringComparison.Ordinal) =>
                new(DeliveryOutcome.TryLater, $"The mail server does not let this site send the mail ({code}). Check Email:Smtp:User, Email:Smtp:Password and Email:From."),
            _ when code is >= 500 and < 600 => new(DeliveryOutcome.Refused, $"The mail server refused the mail for good ({code})."),
            _ => new(DeliveryOutcome.TryLater, $"The mail server asked to try later ({code})."),
        };
    }
}
