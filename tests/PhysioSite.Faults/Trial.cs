using System.Diagnostics;

namespace PhysioSite.Faults;

/// <summary>The environment of one scenario: its own site, mail server, clock and ledger, in its own folder.</summary>
internal sealed class Trial : IAsyncDisposable
{
    /// <summary>The site's SMTP timeout for one email, in seconds.</summary>
    public const int MailSeconds = 3;

    /// <summary>
    /// Maximum wait for expected events. Long enough for the lease of a killed sender to expire and for the email to be sent again.
    /// </summary>
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(90);

    /// <summary>Longer than the outbox polling interval and than the timeout for one email.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(7);

    /// <summary>Longer than the pause of all email delivery after a configuration error.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(65);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly string _dll;
    private readonly Action<string> _say;
    private SiteProcess? _site;

    public Trial(string dll, string folder, int seed, Action<string> say)
    {
        (_dll, _say, Folder) = (dll, say, folder);
        Directory.CreateDirectory(Data);
        Random = new Random(seed);
        Clock = new SiteClock(folder);
        ConcurrentPatients = new ConcurrentPatients(Address, new Patients(seed), Ledger);
        Settings = new()
        {
            ["Data__Folder"] = Data,
            ["Email__Smtp__TimeoutSeconds"] = MailSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["RateLimits__FormsPerTenMinutes"] = "1000000",
            ["RateLimits__FormsPerTenMinutesOverall"] = "1000000",
            ["SSL_CERT_FILE"] = TestCertificates.TrustFile,
        };
    }

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public Uri Address { get; } = new($"http://127.0.0.1:{SiteProcess.FreePort()}");

    public Random Random { get; }

    public Ledger Ledger { get; } = new();

    public SiteClock Clock { get; }

    public MailReceiver Mail { get; } = new();

    public ConcurrentPatients ConcurrentPatients { get; }

    public SiteDatabase Database => new(Path.Combine(Data, "physiosite.db"));

    /// <summary>Environment variables of the site, applied at its next start.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>Number of faults that affected the site, excluding those that the mail server counts.</summary>
    public int Injected { get; set; }

    /// <summary>Text: how long the site took to recover.</summary>
    public string Recovery { get; set; } = "";

    /// <summary>Problems that reconciliation does not detect.</summary>
    public List<string> Problems { get; } = [];

    public void Log(string line) => _say(line);

    /// <summary>Starts the site and completes when the form is served.</summary>
    public async Task StartSiteAsync(CancellationToken stop)
    {
        _site?.Dispose();
        _site = SiteProcess.Start(_dll, Address, [.. Settings, .. Mail.Settings, .. Clock.Environment], Path.Combine(Folder, "site.log"));
        await _site.ServesAsync(stop);
    }

    public void KillSite() => _site!.Kill();

    /// <returns>The time until exit; null when the process had to be killed.</returns>
    public Task<TimeSpan?> TerminateSiteAsync(TimeSpan limit) =>
        _site is null ? Task.FromResult<TimeSpan?>(TimeSpan.Zero) : _site.TerminateAsync(limit);

    /// <summary>Waits for a condition. Returns false when it is not met within <paramref name="limit"/>.</summary>
    public static async Task<bool> BecomesAsync(Func<bool> so, TimeSpan limit, CancellationToken stop)
    {
        for (var watch = Stopwatch.StartNew(); !so(); await Task.Delay(20, stop))
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
            await Task.Delay(100, stop);
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

    public async ValueTask DisposeAsync()
    {
        _site?.Dispose();
        _site = null;
        await Mail.DisposeAsync();
    }
}
