using System.Collections.Concurrent;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace PhysioSite.Email;

/// <summary>
/// Hands each mail to an SMTP server, within a time limit around the whole. A connection that has taken a mail without a hitch is kept for the
/// next; any other is closed. docs/decisions/0010-own-submission-client.md says why this is not a library.
/// </summary>
internal sealed class SmtpTransport : IEmailTransport, IDisposable
{
    /// <summary>Servers limit how many mails they take at a stretch.</summary>
    private const int MailsPerConnection = 50;

    private readonly ConcurrentBag<SmtpConnection> _idle = [];
    private readonly SmtpOptions _smtp;
    private readonly SmtpVerdict _verdict;
    private readonly MailAddress _from;
    private readonly X509Certificate2Collection? _trusted;

    public SmtpTransport(IOptions<EmailOptions> options)
    {
        _smtp = options.Value.Smtp;
        _verdict = new SmtpVerdict(_smtp);
        _from = new MailAddress(options.Value.From);
        if (_smtp.CertificateFile.Length > 0)
        {
            _trusted = [];
            _trusted.ImportFromPemFile(_smtp.CertificateFile);
        }
    }

    public string Description => $"the mail server {_smtp.Host}:{_smtp.Port}";

    public Task<Delivery> SendAsync(OutboxMail mail, CancellationToken cancellationToken) => SendAsync(mail, null, cancellationToken);

    public async Task<Delivery> SendAsync(OutboxMail mail, Action<string>? tell, CancellationToken cancellationToken)
    {
        if (!MimeMail.TryCreate(mail, _from, out var mime, out var fault))
        {
            return fault;
        }

        return await ConverseAsync((connection, stop) => connection.SendAsync(mime, stop), tell, cancellationToken);
    }

    public async Task<Delivery> ProbeAsync(CancellationToken cancellationToken)
    {
        var delivery = await ConverseAsync((_, _) => Task.CompletedTask, null, cancellationToken);
        await RestAsync();
        return delivery;
    }

    public async Task RestAsync()
    {
        var leaving = new List<Task>();
        while (_idle.TryTake(out var connection))
        {
            leaving.Add(connection.LeaveAsync());
        }

        await Task.WhenAll(leaving);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    /// <summary>Says something to the server, signed in, and turns every fault into what it means.</summary>
    private async Task<Delivery> ConverseAsync(Func<SmtpConnection, CancellationToken, Task> say, Action<string>? tell, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(_smtp.TimeoutSeconds));
        var connection = tell is null ? await TakeIdleAsync(stop.Token) : null;
        try
        {
            if (connection is null)
            {
                connection = new SmtpConnection(_smtp, _from.Host, _trusted, tell);
                await connection.OpenAsync(stop.Token);
            }

            await say(connection, stop.Token);
            if (tell is null && connection.Mails < MailsPerConnection)
            {
                _idle.Add(connection);
                connection = null;
            }
            else
            {
                await connection.LeaveAsync();
            }

            return Delivery.Sent;
        }
        catch (SmtpFaultException e)
        {
            if (e.Reply is { } reply)
            {
                tell?.Invoke($"The server said: {reply.InFull}");
                await connection!.LeaveAsync();
            }

            return e.Delivery;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _verdict.Silent(connection?.Step ?? SmtpStep.Connect);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return SmtpVerdict.Lost(connection!.Step);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>A connection that answers; null when there is none.</summary>
    private async Task<SmtpConnection?> TakeIdleAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryTake(out var connection))
        {
            if (await connection.ResetAsync(cancellationToken))
            {
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }
}
