using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using PhysioSite.Connections;
using PhysioSite.Email.Outbox;

namespace PhysioSite.Email.Transports;

/// <summary>
/// One connection to a mail server, used for one email after another. It restricts the MailKit client to the requirements of submission.
/// </summary>
/// <param name="clientName">The name of the site in EHLO.</param>
/// <param name="trusted">The certificates that must have issued the server's certificate; null: those that this machine trusts.</param>
/// <param name="tell">Receives each step, for an operator.</param>
internal sealed class SubmissionClient(SmtpOptions smtp, string clientName, X509Certificate2Collection? trusted, Action<string>? tell)
    : SmtpClient(new SmtpProtocolGuard())
{
    private static readonly TimeSpan QuitLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResetLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The client uses the first mechanism that the server offers and does not try another one. Over TLS with a verified certificate, PLAIN
    /// is as secure as SCRAM and works with every account. SCRAM is for servers that offer nothing else.
    /// </summary>
    private static readonly string[] ForPassword = ["PLAIN", "LOGIN", "SCRAM-SHA-512", "SCRAM-SHA-256"];
    private static readonly string[] ForToken = ["XOAUTH2", "OAUTHBEARER"];

    private readonly SmtpVerdict _verdict = new(smtp);
    private string _certificate = "";

    public SmtpProtocolGuard Guard => (SmtpProtocolGuard)ProtocolLogger;

    /// <summary>The number of emails that the server accepted.</summary>
    public int Emails { get; private set; }

    /// <summary>The reason why the server's certificate is not accepted.</summary>
    public Delivery? CertificateFault { get; private set; }

    /// <summary>Connects, sets up TLS and signs in.</summary>
    /// <param name="forUtf8">The connection is for an address that requires SMTPUTF8.</param>
    public async Task OpenAsync(bool forUtf8, CancellationToken cancellationToken)
    {
        LocalDomain = clientName;
        ServerCertificateValidationCallback = (_, certificate, chain, errors) => Check(certificate, chain, errors);

        // A revocation list is downloaded from an address in the certificate, without a time limit that the site controls.
        CheckCertificateRevocation = false;
        var stream = await ConnectStreamAsync(cancellationToken);
        try
        {
            await ConnectAsync(stream, smtp.Host, smtp.Port, Security, cancellationToken);
        }
        finally
        {
            TellOfTls();
        }

        if (smtp.User.Length > 0)
        {
            await SignInAsync(cancellationToken);
        }

        // Without pipelining, each answer belongs to one step. Extensions that change the bytes of an email are disabled.
        Capabilities &= SmtpCapabilities.Size | (forUtf8 ? SmtpCapabilities.UTF8 : SmtpCapabilities.None);
        if (forUtf8 && !Capabilities.HasFlag(SmtpCapabilities.UTF8))
        {
            throw new SmtpFaultException(SmtpVerdict.NoUtf8());
        }
    }

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        await SendAsync(EmailMessageComposer.Format, message, message.From.Mailboxes.First(), message.To.Mailboxes, cancellationToken);
        Emails++;
        tell?.Invoke($"The server took the email: {SmtpVerdict.InFull(Guard.Answer!)}");
    }

    /// <summary>Whether the connection can be used for another email.</summary>
    public async Task<bool> ResetAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResetLimit);
        try
        {
            return (await SendCommandAsync("RSET", limit.Token)).StatusCode == SmtpStatusCode.Ok;
        }
        catch (Exception e) when (e is SmtpProtocolException or ServiceNotConnectedException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends QUIT if the session is still active, and waits only briefly for the answer.</summary>
    public async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(QuitLimit);
        await DisconnectAsync(quit: true, limit.Token);
        Dispose();
    }

    /// <summary>
    /// <see cref="EmailMessageComposer"/> creates the bytes of an email once. The capabilities of the server do not change them.
    /// </summary>
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
    }

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        if (trusted is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        return options;
    }

    private SecureSocketOptions Security => smtp.UsedSecurity switch
    {
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Implicit => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    private bool Check(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _certificate = certificate is X509Certificate2 known
            ? $"{known.Subject}, valid until {known.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"
            : "none";
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status);
        CertificateFault = errors == SslPolicyErrors.None ? null : _verdict.BadCertificate(errors, status ?? X509ChainStatusFlags.NoError);
        return CertificateFault is null;
    }

    private async Task<ThreadPoolStream> ConnectStreamAsync(CancellationToken cancellationToken)
    {
        var stream = await ThreadPoolStream.ConnectAsync(smtp.Host, smtp.Port, cancellationToken);
        if (stream.RemoteEndPoint is IPEndPoint { Address: var address, Port: var port })
        {
            tell?.Invoke($"Connected to {smtp.Host} ({(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}, port {port}).");
        }

        Guard.Begin(smtp.UsedSecurity == SmtpSecurity.Implicit ? SmtpStep.Handshake : SmtpStep.Greeting);
        return stream;
    }

    private void TellOfTls()
    {
        if (Guard.IsOverTls)
        {
            tell?.Invoke($"TLS is on{(IsConnected ? $" ({SslProtocol})" : "")}. Certificate: {_certificate}.");
        }
    }

    private async Task SignInAsync(CancellationToken cancellationToken)
    {
        Guard.Begin(SmtpStep.SignIn);
        var credentials = new NetworkCredential(smtp.User, await ReadSecretAsync(cancellationToken));
        var mechanism = (smtp.HasAccessToken ? ForToken : ForPassword)
            .FirstOrDefault(name => AuthenticationMechanisms.Contains(name, StringComparer.OrdinalIgnoreCase))
            ?? throw new SmtpFaultException(_verdict.NoSignIn(AuthenticationMechanisms));
        await AuthenticateAsync(SaslMechanism.Create(mechanism, credentials)!, cancellationToken);
        tell?.Invoke($"Signed in as {smtp.User} with {mechanism}.");
    }

    /// <summary>Reads the token file for each connection, because another process may renew the token while the site runs.</summary>
    private async Task<string> ReadSecretAsync(CancellationToken cancellationToken)
    {
        if (smtp.AccessTokenFile.Length == 0)
        {
            return smtp.AccessToken.Length > 0 ? smtp.AccessToken : smtp.Password;
        }

        try
        {
            var token = (await File.ReadAllTextAsync(smtp.AccessTokenFile, cancellationToken)).Trim();
            return token.Length > 0 ? token : throw new SmtpFaultException(SmtpVerdict.NoToken());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SmtpFaultException(SmtpVerdict.NoToken());
        }
    }
}
