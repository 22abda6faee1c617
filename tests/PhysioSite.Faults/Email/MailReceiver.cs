namespace PhysioSite.Faults.Email;

/// <summary>
/// The mail server that the site sends to, on one port, and all emails it has received. It starts without faults; faults can be turned on
/// and off.
/// </summary>
internal sealed class MailReceiver : IAsyncDisposable
{
    private const string User = "physiosite";
    private const string Password = "sesame, open";

    private readonly List<ReceivedMail> _earlier = [];
    private SmtpServer? _server;
    private int _injected;
    private int _cleared;

    public int Port { get; } = FreePorts.Next();

    /// <summary>Number of times a fault affected the site.</summary>
    public int Injected => Volatile.Read(ref _injected);

    public IReadOnlyList<ReceivedMail> Received => [.. _earlier.Concat(_server?.Received ?? []).Skip(_cleared)];

    /// <summary>Environment variables that make the site send to this server.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Email__Smtp__Host", "localhost"),
        new("Email__Smtp__Port", Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new("Email__Smtp__User", User),
        new("Email__Smtp__Password", Password),
    ];

    public void Start()
    {
        _server = new SmtpServer(Port);
        MakeWell(_server);
    }

    /// <summary>Turns on <paramref name="fault"/>.</summary>
    public void Begin(SmtpFault fault)
    {
        var server = _server!;
        server.Script = stage =>
        {
            if (stage != fault.Stage)
            {
                return null;
            }

            Interlocked.Increment(ref _injected);
            return fault.Move;
        };
        fault.Change?.Invoke(server);
    }

    /// <summary>Stores each email at once and says so only after <paramref name="until"/>.</summary>
    public void HoldAnswers(Task until) => _server!.Script = stage =>
        stage == SmtpStage.Message ? new SmtpMove("250 2.0.0 Stored", Stores: true, After: until) : null;

    /// <summary>Ends all faults.</summary>
    public void End()
    {
        if (_server is null)
        {
            Start();
        }
        else
        {
            MakeWell(_server);
        }
    }

    /// <summary>Leaves out what was received so far.</summary>
    public void Clear() => _cleared += Received.Count;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _earlier.AddRange(_server.Received);
            await _server.DisposeAsync();
            _server = null;
        }
    }

    private static void MakeWell(SmtpServer server)
    {
        server.Certificate = TestCertificates.Trusted;
        server.Account = new(User, Password);
        server.Script = _ => null;
    }
}
