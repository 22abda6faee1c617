using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using PhysioSite.Email.Outbox;
using PhysioSite.Text;

namespace PhysioSite.Email.Transports;

/// <summary>
/// Sends each email to an SMTP server, with one time limit for the whole operation. A connection that sent an email without an error is
/// kept for the next one; any other connection is closed.
/// </summary>
internal sealed class SmtpTransport : IEmailTransport, IDisposable
{
    /// <summary>Servers limit the number of emails per connection.</summary>
    private const int EmailsPerConnection = 50;

    private readonly ConcurrentBag<SubmissionClient> _idle = [];
    private readonly SmtpOptions _smtp;
    private readonly SmtpVerdict _verdict;
    private readonly EmailMessageComposer _composer;
    private readonly string _clientName;
    private readonly X509Certificate2Collection? _trusted;

    public SmtpTransport(IOptions<EmailOptions> options, EmailMessageComposer composer)
    {
        _smtp = options.Value.Smtp;
        _verdict = new SmtpVerdict(_smtp);
        _composer = composer;
        _clientName = composer.Domain;
        if (_smtp.CertificateFile.Length > 0)
        {
            _trusted = [];
            _trusted.ImportFromPemFile(_smtp.CertificateFile);
        }
    }

    public string Description => $"the mail server {_smtp.Host}:{_smtp.Port}";

    public Task<Delivery> SendAsync(OutboxEmail email, CancellationToken cancellationToken) => SendAsync(email, null, cancellationToken);

    public async Task<Delivery> SendAsync(OutboxEmail email, Action<string>? tell, CancellationToken cancellationToken)
    {
        if (_composer.TryCompose(email, out var fault) is not { } message)
        {
            return fault!;
        }

        using (message)
        {
            var forUtf8 = message.To.Mailboxes.Any(mailbox => EmailAddress.NeedsSmtpUtf8(mailbox.Address));
            return await ConverseAsync((client, stop) => client.SendAsync(message, stop), forUtf8, tell, cancellationToken);
        }
    }

    public async Task<Delivery> ProbeAsync(CancellationToken cancellationToken)
    {
        var delivery = await ConverseAsync((_, _) => Task.CompletedTask, forUtf8: false, null, cancellationToken);
        await CloseIdleAsync();
        return delivery;
    }

    public async Task CloseIdleAsync()
    {
        var leaving = new List<Task>();
        while (_idle.TryTake(out var client))
        {
            leaving.Add(client.LeaveAsync());
        }

        await Task.WhenAll(leaving);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    /// <summary>Runs an authenticated SMTP session and maps every error to a delivery outcome.</summary>
    /// <param name="forUtf8">
    /// The address requires SMTPUTF8. Such an email uses a separate connection, because the extension is enabled or disabled for a whole
    /// connection.
    /// </param>
    private async Task<Delivery> ConverseAsync(
        Func<SubmissionClient, CancellationToken, Task> converse, bool forUtf8, Action<string>? tell, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(_smtp.TimeoutSeconds));
        var mayShare = tell is null && !forUtf8;
        var client = mayShare ? await TakeIdleAsync(stop.Token) : null;
        try
        {
            if (client is null)
            {
                client = new SubmissionClient(_smtp, _clientName, _trusted, tell);
                await client.OpenAsync(forUtf8, stop.Token);
            }

            await converse(client, stop.Token);
            if (mayShare && client.Emails < EmailsPerConnection)
            {
                _idle.Add(client);
                client = null;
            }

            return Delivery.Sent;
        }
        catch (SmtpFaultException e)
        {
            return e.Delivery;
        }
        catch (Exception e) when (e is SmtpCommandException or ServiceNotAuthenticatedException or AuthenticationException)
        {
            var answer = client!.Guard.Answer!;
            tell?.Invoke($"The server said: {SmtpVerdict.InFull(answer)}");
            return _verdict.On(client.Guard.Step, answer);
        }
        catch (NotSupportedException)
        {
            // STARTTLS is the only extension that MailKit itself requires. At sign-in, the exception means that a challenge was invalid.
            return client!.Guard.Step == SmtpStep.Hello ? _verdict.NoStartTls() : SmtpVerdict.NotSmtp(client.Guard.Step);
        }
        catch (SmtpProtocolException) when (client!.Guard.IsViolated)
        {
            return SmtpVerdict.NotSmtp(client.Guard.Step);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _verdict.Silent(client?.Guard.Step ?? SmtpStep.Connect);
        }
        catch (Exception e) when (e is IOException or SocketException or SmtpProtocolException
            or SslHandshakeException { InnerException: IOException })
        {
            return SmtpVerdict.Lost(client!.Guard.Step);
        }
        catch (SslHandshakeException)
        {
            return client!.CertificateFault ?? _verdict.NoTls();
        }
        finally
        {
            if (client is not null)
            {
                await client.LeaveAsync();
            }
        }
    }

    /// <summary>An idle connection that still responds, or null when there is none.</summary>
    private async Task<SubmissionClient?> TakeIdleAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryTake(out var client))
        {
            if (await client.ResetAsync(cancellationToken))
            {
                return client;
            }

            client.Dispose();
        }

        return null;
    }
}
