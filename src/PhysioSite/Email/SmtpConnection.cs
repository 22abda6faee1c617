using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.Email;

/// <summary>
/// One connection to a mail server, for one mail after the other (RFC 5321, 3207, 4954, 8314). Each command waits for its answer, and an answer
/// that comes before its command ends the connection: none is ever taken for the answer to another.
/// </summary>
/// <param name="trusted">Where the server's certificate must come from; null: from one this machine trusts.</param>
/// <param name="tell">Is told each step, for an operator who watches.</param>
internal sealed class SmtpConnection(SmtpOptions smtp, string clientName, X509Certificate2Collection? trusted, Action<string>? tell) : IDisposable
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResetLimit = TimeSpan.FromSeconds(2);

    /// <summary>XOAUTH2 and LOGIN need one or two; a server that goes on asking is not to keep us.</summary>
    private const int MostQuestions = 3;

    private readonly SmtpVerdict _verdict = new(smtp);
    private SmtpWire? _wire;
    private string[] _offers = [];

    public SmtpStep Step { get; private set; } = SmtpStep.Connect;

    /// <summary>Mails taken by the server.</summary>
    public int Mails { get; private set; }

    /// <summary>Connects, sets up TLS and signs in.</summary>
    /// <exception cref="SmtpFaultException">The server does not want to, or must not be trusted.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(smtp.Host, smtp.Port, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _wire = new SmtpWire(socket);
        if (socket.RemoteEndPoint is IPEndPoint { Address: var address, Port: var port })
        {
            tell?.Invoke($"Connected to {smtp.Host} ({(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}, port {port}).");
        }

        if (smtp.UsedSecurity == SmtpSecurity.Implicit)
        {
            await SecureAsync(cancellationToken);
        }

        Step = SmtpStep.Greeting;
        await ExpectAsync(2, cancellationToken);
        await HelloAsync(cancellationToken);
        if (smtp.UsedSecurity == SmtpSecurity.StartTls)
        {
            if (Offer("STARTTLS") is null)
            {
                throw new SmtpFaultException(_verdict.NoStartTls());
            }

            await AskAsync(SmtpStep.StartTls, "STARTTLS", 2, cancellationToken);
            await SecureAsync(cancellationToken);

            // What was said before TLS, anyone may have said.
            await HelloAsync(cancellationToken);
        }

        if (smtp.User.Length > 0)
        {
            await SignInAsync(cancellationToken);
        }
    }

    public async Task SendAsync(MimeMail mail, CancellationToken cancellationToken)
    {
        var size = Offer("SIZE") is null ? "" : $" SIZE={mail.Bytes.Length}";
        await AskAsync(SmtpStep.Mail, $"MAIL FROM:<{mail.Sender}>{size}", 2, cancellationToken);
        await AskAsync(SmtpStep.Recipient, $"RCPT TO:<{mail.Recipient}>", 2, cancellationToken);
        await AskAsync(SmtpStep.Data, "DATA", 3, cancellationToken);
        Step = SmtpStep.Message;
        RefuseAnswersAhead();
        await _wire!.WriteMailAsync(mail.Bytes, cancellationToken);
        var reply = await ExpectAsync(2, cancellationToken);
        Mails++;
        tell?.Invoke($"The server took the mail: {reply.InFull}");
    }

    /// <summary>Whether the connection is still good for another mail.</summary>
    public async Task<bool> ResetAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResetLimit);
        try
        {
            await AskAsync(SmtpStep.Mail, "RSET", 2, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SmtpFaultException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes leave, and waits a moment at most for the server to do so too.</summary>
    public async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(FarewellLimit);
        try
        {
            await _wire!.WriteLineAsync("QUIT", limit.Token);
            await _wire.ReadAsync(limit.Token);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            // It need not be polite.
        }

        Dispose();
    }

    public void Dispose() => _wire?.Dispose();

    private async Task HelloAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync(SmtpStep.Hello, $"EHLO {clientName}", 2, cancellationToken);
        _offers = [.. reply.Lines.Skip(1)];
    }

    /// <summary>What the server says after the keyword of an extension; null when it does not offer it. Old servers write AUTH=LOGIN.</summary>
    private string? Offer(string keyword) => _offers
        .Where(offer => offer.StartsWith(keyword, StringComparison.OrdinalIgnoreCase) && (offer.Length == keyword.Length || offer[keyword.Length] is ' ' or '='))
        .Select(offer => offer[keyword.Length..].TrimStart(' ', '='))
        .FirstOrDefault();

    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        Step = SmtpStep.Handshake;
        Delivery? fault = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = smtp.Host,
            RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            {
                fault = errors == SslPolicyErrors.None ? null
                    : _verdict.BadCertificate(errors, chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError);
                return fault is null;
            },
        };
        if (trusted is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        try
        {
            var secure = await _wire!.SecureAsync(options, cancellationToken);
            if (secure.RemoteCertificate is X509Certificate2 certificate)
            {
                tell?.Invoke($"TLS is on ({secure.SslProtocol}). Certificate: {certificate.Subject}, valid until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC.");
            }
        }
        catch (AuthenticationException)
        {
            throw new SmtpFaultException(fault ?? _verdict.NoTls());
        }
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        Step = SmtpStep.SignIn;
        var signIn = await SmtpSignIn.ReadAsync(smtp, cancellationToken);
        var offered = Offer("AUTH") ?? "";
        if (signIn.Choose(offered.Split(' ')) is not { } mechanism)
        {
            throw new SmtpFaultException(_verdict.NoSignIn(string.Concat(offered.Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_').Take(100))));
        }

        var (command, answers) = signIn.Speak(mechanism);
        var reply = await AskAsync(SmtpStep.SignIn, command, 0, cancellationToken);
        for (var i = 0; reply.Code == 334 && i < MostQuestions; i++)
        {
            reply = await AskAsync(SmtpStep.SignIn, i < answers.Length ? answers[i] : "", 0, cancellationToken);
        }

        Check(reply, 2);
        tell?.Invoke($"Signed in as {smtp.User} with {mechanism}.");
    }

    /// <param name="expected">The first digit of the answer that lets the mail go on; 0: the caller looks itself.</param>
    private async Task<SmtpReply> AskAsync(SmtpStep step, string command, int expected, CancellationToken cancellationToken)
    {
        Step = step;
        RefuseAnswersAhead();
        await _wire!.WriteLineAsync(command, cancellationToken);
        return await ExpectAsync(expected, cancellationToken);
    }

    private void RefuseAnswersAhead()
    {
        if (_wire!.HasUnread)
        {
            throw new SmtpFaultException(SmtpVerdict.NotSmtp(Step));
        }
    }

    private async Task<SmtpReply> ExpectAsync(int expected, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _wire!.ReadAsync(cancellationToken);
            Check(reply, expected);
            return reply;
        }
        catch (InvalidDataException)
        {
            throw new SmtpFaultException(SmtpVerdict.NotSmtp(Step));
        }
    }

    private void Check(SmtpReply reply, int expected)
    {
        if (expected != 0 && reply.Class != expected)
        {
            throw new SmtpFaultException(_verdict.On(Step, reply), reply);
        }
    }
}
