using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace PhysioSite.TestSupport;

/// <summary>The stages at which a script may replace the response. <see cref="Message"/> is the dot that ends the email.</summary>
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

    /// <summary>Replaces the TLS handshake.</summary>
    Handshake,

    /// <summary>EHLO after TLS is established.</summary>
    HelloAgain,

    /// <summary>RSET, before another email on the same connection.</summary>
    Reset,

    Quit,
}

/// <summary>The action of the server instead of its usual response.</summary>
/// <param name="Reply">Null for no response.</param>
/// <param name="Stores">Whether the server stores the email in spite of the response.</param>
/// <param name="Closes">Whether the server closes the connection afterwards.</param>
/// <param name="Endless">Whether the server repeats the response without end, in one line, until the client disconnects.</param>
/// <param name="After">What the server waits for before it responds. It has stored the email by then.</param>
public sealed record SmtpMove(string? Reply, bool Stores = false, bool Closes = false, bool Endless = false, Task? After = null)
{
    public static readonly SmtpMove Silence = new(Reply: null);

    public static readonly SmtpMove HangUp = new(Reply: null, Closes: true);

    /// <summary>The email is stored, but the client receives no response.</summary>
    public static readonly SmtpMove StoreAndHangUp = new(Reply: null, Stores: true, Closes: true);

    public static SmtpMove Answer(int code, string text = "scripted") => new($"{code} {text}");
}

/// <param name="Utf8">Whether the client requested SMTPUTF8.</param>
public sealed record ReceivedMail(string From, IReadOnlyList<string> Recipients, byte[] Raw, bool OverTls, string? User, bool Utf8)
{
    private MimeMessage? _mail;

    /// <summary>
    /// Whether the client went on after the server had said that it stored the email, which shows that it has read this. Otherwise it may
    /// send the email again.
    /// </summary>
    public bool IsAcknowledged { get; internal set; }

    public MimeMessage Mail => _mail ??= MimeMessage.Load(new MemoryStream(Raw));
}

/// <summary>A small local SMTP server (RFC 5321, 3207, 4954) that a test can script.</summary>
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

    /// <param name="port">Zero for any free port.</param>
    public SmtpServer(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Null if STARTTLS is not offered.</summary>
    public X509Certificate2? Certificate { get; set; } = TestCertificates.Trusted;

    /// <summary>Null if no authentication is required. Otherwise MAIL is refused without authentication, as RFC 4954 specifies.</summary>
    public NetworkCredential? Account { get; set; }

    /// <summary>TLS from the start of the connection, as on port 465.</summary>
    public bool ImplicitTls { get; set; }

    /// <summary>Offers SMTPUTF8 (RFC 6531). Without it, an address outside ASCII is refused.</summary>
    public bool Utf8 { get; set; }

    /// <summary>Offered when there is an account. XOAUTH2 and OAUTHBEARER use the account's password as the token.</summary>
    public IReadOnlyList<string> Mechanisms { get; set; } = ["PLAIN", "LOGIN"];

    /// <summary>Sent in plain text with the response to STARTTLS, as in an injection attack by a man in the middle.</summary>
    public string SlippedIn { get; set; } = "";

    /// <summary>Called with the address of each recipient, before the script. Null means the usual response.</summary>
    public Func<string, SmtpMove?> Recipients { get; set; } = _ => null;

    /// <summary>Called at each stage. Null means the usual response.</summary>
    public Func<SmtpStage, SmtpMove?> Script { get; set; } = _ => null;

    public IReadOnlyCollection<ReceivedMail> Received => _received;

    /// <summary>Every line that was received before TLS.</summary>
    public IReadOnlyCollection<string> InTheClear => _inTheClear;

    /// <summary>Connections that clients closed because the server stopped responding.</summary>
    public int Left => Volatile.Read(ref _left);

    /// <summary>The number of connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Settings that make a site send to this server, including a site in its own process.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Email:Smtp:Host", "localhost"),
        new("Email:Smtp:Port", Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("Email:Smtp:Security", Certificate is null ? "None" : ImplicitTls ? "Implicit" : "StartTls"),
        new("Email:Smtp:CertificateFile", TestCertificates.TrustFile),
    ];

    /// <summary>Waits for emails about a request.</summary>
    public Task<IReadOnlyList<ReceivedMail>> ReceiveAsync(string reference, int count) => Eventually.GetAsync(
        () =>
        {
            IReadOnlyList<ReceivedMail> found =
                [.. _received.Where(mail => mail.Mail.Subject!.Contains(reference, StringComparison.Ordinal))];
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

    internal void RecordPlaintext(string line) => _inTheClear.Enqueue(line);

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
            // The test has ended.
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
            catch (Exception e)
                when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client disconnected or refused the certificate, or the test has ended.
            }
        }
    }
}
