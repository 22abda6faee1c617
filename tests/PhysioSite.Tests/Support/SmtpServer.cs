using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace PhysioSite.Tests.Support;

/// <summary>Where a script may answer in its own way. <see cref="Message"/> is the dot that ends the mail.</summary>
public enum SmtpStage
{
    Greeting,
    Hello,
    StartTls,
    SignIn,
    Mail,
    Recipient,
    Data,
    Message,

    /// <summary>In place of the TLS handshake.</summary>
    Handshake,

    /// <summary>EHLO once TLS is on.</summary>
    HelloAgain,

    /// <summary>RSET, before another mail on the same connection.</summary>
    Reset,

    Quit,
}

/// <summary>What the server does instead of its usual answer.</summary>
/// <param name="Reply">Null: it says nothing.</param>
/// <param name="Stores">Whether it keeps the mail all the same.</param>
/// <param name="Closes">Whether it hangs up then.</param>
/// <param name="Endless">Whether it says that again and again, in one line, until the client leaves.</param>
public sealed record SmtpMove(string? Reply, bool Stores = false, bool Closes = false, bool Endless = false)
{
    public static readonly SmtpMove Silence = new(Reply: null);

    public static readonly SmtpMove HangUp = new(Reply: null, Closes: true);

    /// <summary>The mail has arrived, but the sender is not told.</summary>
    public static readonly SmtpMove StoreAndHangUp = new(Reply: null, Stores: true, Closes: true);

    public static SmtpMove Answer(int code, string text = "scripted") => new($"{code} {text}");
}

/// <param name="Utf8">Whether the client asked for SMTPUTF8.</param>
public sealed record ReceivedMail(string From, IReadOnlyList<string> Recipients, byte[] Raw, bool OverTls, string? User, bool Utf8)
{
    private MimeMessage? _mail;

    public MimeMessage Mail => _mail ??= MimeMessage.Load(new MemoryStream(Raw));
}

/// <summary>A small SMTP server (RFC 5321, 3207, 4954) on this machine that behaves as a test tells it to.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedMail> _received = new();
    private readonly ConcurrentQueue<string> _inTheClear = new();
    private readonly ConcurrentDictionary<Task, byte> _sessions = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private int _left;
    private int _connections;
    private int _disposed;

    /// <param name="port">Zero: any that is free.</param>
    public SmtpServer(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Null: STARTTLS is not offered.</summary>
    public X509Certificate2? Certificate { get; set; } = TestCertificates.Trusted;

    /// <summary>Null: anyone may send. Otherwise whoever is not signed in is refused at MAIL, as RFC 4954 says.</summary>
    public NetworkCredential? Account { get; set; }

    /// <summary>TLS before the first word, as on port 465.</summary>
    public bool ImplicitTls { get; set; }

    /// <summary>Offers SMTPUTF8 (RFC 6531). Without it an address outside ASCII is refused.</summary>
    public bool Utf8 { get; set; }

    /// <summary>Offered when there is an account. XOAUTH2 and OAUTHBEARER take the account's password for the token.</summary>
    public IReadOnlyList<string> Mechanisms { get; set; } = ["PLAIN", "LOGIN"];

    /// <summary>Said along with the answer to STARTTLS, still in the clear, as somebody in between might.</summary>
    public string SlippedIn { get; set; } = "";

    /// <summary>Asked with each recipient's address, before the script; null is the usual answer.</summary>
    public Func<string, SmtpMove?> Recipients { get; set; } = _ => null;

    /// <summary>Asked at each stage; null is the usual answer.</summary>
    public Func<SmtpStage, SmtpMove?> Script { get; set; } = _ => null;

    public IReadOnlyCollection<ReceivedMail> Received => _received;

    /// <summary>Every line that came before TLS.</summary>
    public IReadOnlyCollection<string> InTheClear => _inTheClear;

    /// <summary>Connections that clients closed because the server had fallen silent.</summary>
    public int Left => Volatile.Read(ref _left);

    /// <summary>Connections taken so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Settings by which a site, also one in a process of its own, sends to this server.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Email:Smtp:Host", "localhost"),
        new("Email:Smtp:Port", Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("Email:Smtp:Security", Certificate is null ? "None" : ImplicitTls ? "Implicit" : "StartTls"),
        new("Email:Smtp:CertificateFile", TestCertificates.TrustFile),
    ];

    /// <summary>Waits for mails about a request.</summary>
    public Task<IReadOnlyList<ReceivedMail>> ReceiveAsync(string reference, int count) => Eventually.GetAsync(
        () =>
        {
            IReadOnlyList<ReceivedMail> found = [.. _received.Where(mail => mail.Mail.Subject!.Contains(reference, StringComparison.Ordinal))];
            return Task.FromResult(found.Count >= count ? found : null);
        },
        $"{count} mail(s) about {reference}");

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll([_accepting, .. _sessions.Keys]);
        _stop.Dispose();
    }

    internal void Keep(ReceivedMail mail) => _received.Enqueue(mail);

    internal void KeepClearLine(string line) => _inTheClear.Enqueue(line);

    internal void CountLeft() => Interlocked.Increment(ref _left);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                var session = Task.Run(() => ServeAsync(client));
                _sessions.TryAdd(session, 0);
                _ = session.ContinueWith(done => _sessions.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var session = new SmtpSession(this, client.GetStream(), _stop.Token);
                await session.RunAsync();
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, refused the certificate, or the test is over.
            }
        }
    }
}
