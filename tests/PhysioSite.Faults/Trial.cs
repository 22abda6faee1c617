using System.Diagnostics;

namespace PhysioSite.Faults;

/// <summary>The environment of one scenario: its own site, mail server, clock and ledger, in its own folder.</summary>
internal sealed class Trial : IAsyncDisposable
{
    /// <summary>The site's SMTP timeout for one email, in seconds.</summary>
    public const int MailSeconds = 3;

    /// <summary>The most emails that the site sends at the same time (docs/operations.md).</summary>
    private const int MostInFlight = 24;

    /// <summary>
    /// Maximum wait for expected events. Long enough for the lease of a killed sender to expire and for the email to be sent again.
    /// </summary>
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(90);

    /// <summary>Longer than the outbox polling interval and than the timeout for one email.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(7);

    /// <summary>Longer than the pause of all email delivery after a configuration error.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(65);

    /// <summary>How often the outbox is counted while its emails are awaited.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Action<string> _say;
    private readonly Dictionary<Guid, int> _interruptions = [];
    private readonly Lazy<Task<string>> _nextDll;
    private SiteProcess? _site;
    private int _ends;

    /// <param name="dll">The published PhysioSite.dll.</param>
    /// <param name="nextDll">That of a later version, which is published when it is needed.</param>
    public Trial(string dll, Lazy<Task<string>> nextDll, string folder, int seed, Action<string> say)
    {
        (Dll, _nextDll, _say, Folder) = (dll, nextDll, say, folder);
        Directory.CreateDirectory(Data);
        Random = new Random(seed);
        Clock = new SiteClock(folder);
        OpenBrowser = () => FormSender.OpenBrowser(Address);
        ConcurrentPatients = new ConcurrentPatients(() => OpenBrowser(), new Patients(seed), Ledger);
        Settings = new()
        {
            ["Data__Folder"] = Data,
            ["Email__Smtp__TimeoutSeconds"] = MailSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["RateLimits__FormsPerTenMinutes"] = "1000000",
            ["RateLimits__FormsPerTenMinutesOverall"] = "1000000",
            ["Site__PublicOrigin"] = PublicOrigin.OriginalString,
            ["SSL_CERT_FILE"] = TestCertificates.TrustFile,
            // A site of a scenario lives for seconds, too short for what a profile brings.
            ["DOTNET_TieredPGO"] = "0",
        };
    }

    /// <summary>The published PhysioSite.dll.</summary>
    public string Dll { get; }

    /// <summary>The published PhysioSite.dll of a later version. The first to ask for it waits until it is published.</summary>
    public Task<string> NextDll => _nextDll.Value;

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    /// <summary>The folder of the site's key files.</summary>
    public string Keys => Path.Combine(Data, "keys");

    /// <summary>What the site printed.</summary>
    public string SiteLog => Path.Combine(Folder, "site.log");

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Next()}");

    /// <summary>The address that the site writes into emails.</summary>
    public Uri PublicOrigin { get; } = new($"https://{Nginx.Host}");

    /// <summary>Opens the browser of a patient.</summary>
    public Func<Browser> OpenBrowser { get; set; }

    public Random Random { get; }

    public Ledger Ledger { get; } = new();

    public DeskLedger Desk { get; } = new();

    public SiteClock Clock { get; }

    public MailReceiver Mail { get; } = new();

    public ConcurrentPatients ConcurrentPatients { get; }

    public Times Times { get; } = new();

    /// <summary>Records the system calls of the site, from its next start. Null when they are not needed.</summary>
    public SystemCalls? SystemCalls { get; set; }

    /// <summary>The instances of the site. Null when there is one, with SQLite.</summary>
    public Cluster? Cluster { get; private set; }

    public SqliteSiteDatabase Sqlite => new(Data);

    public SiteDatabase Database => Cluster is { } cluster ? cluster.Database : Sqlite;

    /// <summary>What servers printed.</summary>
    public IEnumerable<string> Logs => Cluster?.Logs ?? [SiteLog];

    /// <summary>Environment variables of the site, applied at its next start.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>Number of faults that affected the site, excluding those that the mail server counts.</summary>
    public int Injected { get; set; }

    /// <summary>Text: how the site recovered. When it is empty, the table shows how long the site took to start.</summary>
    public string Recovery { get; set; } = "";

    /// <summary>Problems that reconciliation does not detect.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>The most emails that may come twice: those in flight at each end of the site.</summary>
    public int MostDoubledByKills => _ends * MostInFlight;

    public void Log(string line) => _say(line);

    /// <summary>How often the site ended before it had recorded the outcome of the email.</summary>
    public int InterruptionsOf(Guid? mail) => mail is { } id ? _interruptions.GetValueOrDefault(id) : 0;

    /// <summary>Starts the site and completes when the form is served.</summary>
    /// <exception cref="InvalidOperationException">The site ended.</exception>
    public async Task StartSiteAsync(CancellationToken stop)
    {
        if (await TryStartSiteAsync(stop) is { } refusal)
        {
            throw new InvalidOperationException($"The site ended at start with {refusal.ExitCode}: {refusal.LastLine}");
        }
    }

    /// <returns>Null when the form is served, or how the site ended.</returns>
    public async Task<StartRefusal?> TryStartSiteAsync(CancellationToken stop)
    {
        _site?.Dispose();
        var watch = Stopwatch.StartNew();
        _site = SiteProcess.Start(Dll, Address, [.. Settings, .. Mail.Settings, .. Clock.Environment], SiteLog, SystemCalls);
        if (await _site.ServesAsync(stop) is { } refusal)
        {
            return refusal;
        }

        Times.AddStart(watch.Elapsed);
        return null;
    }

    /// <summary>Starts several instances instead of one site, and lets patients come through their proxy.</summary>
    /// <param name="hasStandby">Whether the database has a standby that can take over.</param>
    public async Task<Cluster> StartClusterAsync(bool hasStandby, CancellationToken stop)
    {
        Cluster = await Cluster.StartAsync(
            Folder, Dll, hasStandby, () => [.. Settings, .. Mail.Settings, .. Clock.Environment], Times, stop);
        OpenBrowser = Cluster.Nginx.Open;
        return Cluster;
    }

    /// <summary>Ends the instances and deletes their database. The next start is that of one site.</summary>
    public async Task StopClusterAsync()
    {
        if (Cluster is { } cluster)
        {
            Cluster = null;
            OpenBrowser = () => FormSender.OpenBrowser(Address);
            await cluster.DisposeAsync();
        }
    }

    public void KillSite()
    {
        _site!.Kill();
        NoteInterruptions();
    }

    public void KillInstance(SiteInstance instance)
    {
        instance.Kill();
        NoteInterruptions(Database.LeasedIds());
    }

    /// <summary>The other instances go on sending, so what this one has in hand is read while it ends.</summary>
    /// <inheritdoc cref="TerminateSiteAsync"/>
    public async Task<TimeSpan?> TerminateInstanceAsync(SiteInstance instance, TimeSpan limit)
    {
        var inHand = Database.LeasedIds().ToHashSet();
        var ending = instance.TerminateAsync(limit);
        while (await Task.WhenAny(ending, Task.Delay(BetweenLooks / 4)) != ending)
        {
            inHand.UnionWith(Database.LeasedIds());
        }

        NoteInterruptions(inHand);
        return await ending;
    }

    /// <returns>The time until exit; null when the process had to be killed.</returns>
    public async Task<TimeSpan?> TerminateSiteAsync(TimeSpan limit)
    {
        if (Cluster is not null)
        {
            return (await Task.WhenAll(Cluster.Instances.Select(instance => instance.TerminateAsync(limit)))).Max();
        }

        if (_site is null)
        {
            return TimeSpan.Zero;
        }

        var took = await _site.TerminateAsync(limit);
        NoteInterruptions();
        return took;
    }

    /// <summary>Waits for a condition. Returns false when it is not met within <paramref name="limit"/>.</summary>
    public static Task<bool> BecomesAsync(Func<bool> so, TimeSpan limit, CancellationToken stop) =>
        BecomesAsync(() => Task.FromResult(so()), limit, stop);

    /// <inheritdoc cref="BecomesAsync(Func{bool}, TimeSpan, CancellationToken)"/>
    public static async Task<bool> BecomesAsync(Func<Task<bool>> so, TimeSpan limit, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); !await so(); await Task.Delay(20, stop))
        {
            if (watch.Elapsed > limit)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Waits until no emails are waiting. Moves the site's clock to the next attempt when that is in the future, but not while an email may
    /// be in delivery: after the move its lease would look expired, as if the sender had died.
    /// </summary>
    public async Task WaitForOutboxAsync(CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var (before, since) = (Database.Waiting(), watch.Elapsed);
        while (before.Count > 0 && watch.Elapsed < WaitLimit)
        {
            await Task.Delay(BetweenLooks, stop);
            var now = Database.Waiting();
            var isQuiet = watch.Elapsed - since > Quiet;
            if (now != before)
            {
                (before, since) = (now, watch.Elapsed);
            }
            else if (SiteClock.Missing is null && (isQuiet || (now.Leased == 0 && now.NextUtc > Clock.UtcNow)))
            {
                await Clock.MoveAsync(now.NextUtc > Clock.UtcNow ? now.NextUtc.Value - Clock.UtcNow + Second : Pause, stop);
                since = watch.Elapsed;
            }
        }
    }

    /// <summary>Starts anew with an empty ledger, database and mailbox, while the site runs.</summary>
    public void Clear()
    {
        if (Database.Exists)
        {
            Database.Clear();
        }

        Ledger.Clear();
        Desk.Clear();
        Mail.Clear();
        Problems.Clear();
    }

    /// <summary>The readiness report with its details.</summary>
    public async Task<string> ReadinessAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var response = await client.GetAsync("/healthz/ready", stop);
        return await response.Content.ReadAsStringAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        _site?.Dispose();
        _site = null;
        await StopClusterAsync();
        await Mail.DisposeAsync();
    }

    /// <summary>An email that still waits when the site has ended may have been sent: the next process sends it again.</summary>
    private void NoteInterruptions()
    {
        if (!Database.Exists)
        {
            return;
        }

        NoteInterruptions(Database.WaitingIds());
        Problems.AddRange(Database.Damages().Select(damage => $"after an end of the site the database is damaged: {damage}"));
    }

    private void NoteInterruptions(IReadOnlyCollection<Guid> unrecorded)
    {
        _ends += unrecorded.Count > 0 ? 1 : 0;
        foreach (var mail in unrecorded)
        {
            _interruptions[mail] = _interruptions.GetValueOrDefault(mail) + 1;
        }
    }
}
