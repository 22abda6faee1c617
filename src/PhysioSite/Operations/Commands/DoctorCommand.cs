using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PhysioSite.Alerts;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Email.Transports;
using PhysioSite.Web;
using PhysioSite.Web.Forms;

namespace PhysioSite.Operations.Commands;

/// <summary>
/// Checks everything the site depends on. It changes nothing and can run while the site is running or before its first start. Each
/// line of output reports success or the action to take.
/// </summary>
internal sealed class DoctorCommand(IServiceProvider services, TimeProvider time)
{
    private const long LeastSpace = 500L * 1024 * 1024;
    private const UnixFileMode AnyOtherUser =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly CommandProgress _progress = new(time);
    private int _problems;
    private bool _hasContent;

    public static Command Describe(CommandHost host)
    {
        var command = new Command(
            "doctor",
            "Checks settings, database, keys, files, content, email, disk, clock and alerts, and says what to do. Changes nothing.");
        command.SetAction((_, _) => host.RunAsync<DoctorCommand>((doctor, cancellationToken) => doctor.RunAsync(cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var settings = await CheckAsync("settings", () => Task.FromResult(Settings()));
        if (settings)
        {
            var folder = services.GetRequiredService<DataFolder>();
            await CheckAsync("database", () => _progress.ShowAsync("Checking the database", _ => DatabaseAsync(cancellationToken)));
            await CheckAsync("backup", () => BackupAsync(cancellationToken));
            await CheckAsync("keys", () => _progress.ShowAsync("Checking the keys", _ => KeysAsync(cancellationToken)));
            await CheckAsync("files", () => Task.FromResult(Files(folder)));
            await CheckAsync("email", () => _progress.ShowAsync("Checking email", _ => EmailAsync(cancellationToken)));
            await CheckAsync("dkim", () => Task.FromResult(Finding.Ok(services.GetRequiredService<DkimSigning>().Description)));
            await CheckAsync("disk", () => Task.FromResult(Disk(folder)));
            await CheckAsync("clock", () => ClockAsync(cancellationToken));
            await CheckAsync("forms", () => Task.FromResult(Forms(folder)));
            await CheckAsync("alerts", () => _progress.ShowAsync("Checking the alerts", _ => AlertsAsync(cancellationToken)));
        }

        await CheckAsync("content", () => Task.FromResult(Content()));
        if (_hasContent && settings)
        {
            await CheckAsync("clinics", () => ClinicsAsync(cancellationToken));
        }

        Console.WriteLine(_problems == 0 ? "All is well." : $"{_problems} to look at.");
        return _problems == 0 ? 0 : 1;
    }

    /// <returns>True if the check succeeds.</returns>
    private async Task<bool> CheckAsync(string subject, Func<Task<Finding>> look)
    {
        Finding found;
        try
        {
            found = await look();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            found = Finding.Problem(StartupNotice.Explain(e) ?? $"{e.GetType().Name}: {e.Message}");
        }

        Console.WriteLine($"{(found.IsOk ? "ok   " : "LOOK ")} {subject,-9} {found.Text.ReplaceLineEndings("\n                ")}");
        _problems += found.IsOk ? 0 : 1;
        return found.IsOk;
    }

    private Finding Settings()
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        return Finding.Ok($"valid; the site is {services.GetRequiredService<IOptions<SiteOptions>>().Value.PublicOrigin}");
    }

    private async Task<Finding> DatabaseAsync(CancellationToken cancellationToken)
    {
        var inspection = services.GetRequiredService<IDatabaseInspection>();
        await using var copy = await inspection.OpenAsync(cancellationToken);
        if (copy is null)
        {
            return Finding.Problem(inspection.Missing);
        }

        var description = await inspection.CheckAsync(copy, cancellationToken);
        var applied = await copy.MigrationsAsync(cancellationToken);
        var known = services.GetRequiredService<SiteDbContext>().Database.GetMigrations().ToList();
        if (applied.Except(known).Any())
        {
            return Finding.Problem("It is of a newer version of the program. Run that version, or restore a backup of this one.");
        }

        var requests = await copy.CountAsync("AppointmentRequests", cancellationToken);
        var upgrade = applied.Count < known.Count ? "; the next start brings it up to this version" : "";
        return Finding.Ok($"{description}, {requests} request(s){upgrade}");
    }

    private async Task<Finding> BackupAsync(CancellationToken cancellationToken)
    {
        await using var copy = await OpenAsync(cancellationToken);
        return Finding.Ok(copy is null
            ? "nothing to copy yet"
            : await services.GetRequiredService<IDatabaseInspection>().CheckBackupAsync(copy, time.GetUtcNow(), cancellationToken));
    }

    private async Task<Finding> KeysAsync(CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IKeyStore>();
        var number = store.Count();
        await using var copy = await OpenAsync(cancellationToken);
        if (copy is null)
        {
            return store.FindProblems() is { Count: > 0 } problems
                ? Finding.Problem($"In {store.Location}: {string.Join(", ", problems)}. {store.Remedy}")
                : Finding.Ok(number == 0 ? "none yet; the first start makes one" : $"{number}");
        }

        if (number == 0)
        {
            return Finding.Problem(
                $"There is a database, but no key in {store.Location}. If there is anything that patients wrote, the site does not start. "
                + store.Remedy);
        }

        var keys = services.GetRequiredService<KeyCheck>();
        var model = services.GetRequiredService<SiteDbContext>().Model;
        if (await copy.FindLostKeysAsync(keys, model, cancellationToken) is { Count: > 0 } lost)
        {
            return Finding.Problem($"The site does not start: {keys.Describe(lost)}");
        }

        if (store.FindProblems() is { Count: > 0 } damaged)
        {
            return Finding.Problem(
                $"In {store.Location}: {string.Join(", ", damaged)}. Nothing that is stored needs them, but what is in use of sessions "
                + $"and links may. {store.Remedy} Or delete them.");
        }

        var found = await copy.DecryptAllAsync(model, services.GetRequiredService<ColumnEncryption>(), cancellationToken);
        if (store.FindWarning(time.GetUtcNow()) is { } warning)
        {
            return Finding.Problem(warning);
        }

        return found.Unreadable.Count == 0
            ? Finding.Ok(
                $"{number}; all {found.Total} encrypted value(s) can be read. {store.Advice}")
            : Finding.Problem(
                $"{found.Unreadable.Count} of {found.Total} encrypted values cannot be read with the keys in {store.Location}: "
                + $"{found.Examples}. Their keys are there or accepted as lost (Data:LostKeys), so they are damaged: see \"Values that "
                + "cannot be read\" in docs/operations.md.");
    }

    /// <summary>Files of other users cannot be used by the site; files that others can read give away what is in them.</summary>
    private static Finding Files(DataFolder folder)
    {
        if (!Directory.Exists(folder.Path))
        {
            return Finding.Ok("none yet");
        }

        var owner = FileOwner.Find(folder.Path);
        var entries = folder.Entries().ToList();
        var others = entries.Where(entry => owner is not null && FileOwner.Find(entry.FullName) is { } own && own.User != owner?.User)
            .ToList();
        var open = entries.Where(entry => !OperatingSystem.IsWindows() && (entry.UnixFileMode & AnyOtherUser) != 0).ToList();
        List<string> problems = [];
        if (others.Count > 0)
        {
            problems.Add(
                $"{others.Count} do not belong to the owner of {folder.Path}, so the site may not be able to use them: {Names(others)}. "
                + $"Run: chown -R {owner} {folder.Path}");
        }

        if (open.Count > 0)
        {
            problems.Add(
                $"{open.Count} can be opened by others than their owner: {Names(open)}. The next start of the site corrects that, or run: "
                + $"chmod -R u=rwX,go= {folder.Path}");
        }

        return problems.Count == 0
            ? Finding.Ok($"{entries.Count} in {folder.Path}, for its owner only{(owner is null ? "" : $" ({owner})")}")
            : Finding.Problem(string.Join('\n', problems));
    }

    private static string Names(List<FileSystemInfo> entries) =>
        string.Join(", ", entries.Take(3).Select(entry => entry.FullName)) + (entries.Count > 3 ? ", ..." : "");

    private async Task<Finding> EmailAsync(CancellationToken cancellationToken)
    {
        var transport = services.GetRequiredService<IEmailTransport>();
        if (await transport.ProbeAsync(cancellationToken) is { Outcome: not DeliveryOutcome.Sent } refused)
        {
            return Finding.Problem($"{refused.Detail} The command \"email test\" shows each step.");
        }

        await using var copy = await OpenAsync(cancellationToken);
        if (copy is null)
        {
            return Finding.Ok($"by {transport.Description}; nothing waits");
        }

        var failed = await copy.ScalarAsync("""SELECT COUNT(*) FROM "Outbox" WHERE "State" = 'Failed'""", cancellationToken);
        var waiting = await copy.ScalarAsync("""SELECT COUNT(*) FROM "Outbox" WHERE "State" = 'Waiting'""", cancellationToken);
        return failed is not 0L
            ? Finding.Problem($"{failed} email(s) need a person: see Staff, Delivery.")
            : Finding.Ok($"by {transport.Description}; {waiting} waiting, none failed");
    }

    private static Finding Disk(DataFolder folder)
    {
        var there = folder.Path;
        while (!Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there)!;
        }

        var free = new DriveInfo(there).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / 1024.0 / 1024 / 1024:N1} GB free for {folder.Path}");
        return free < LeastSpace
            ? Finding.Problem($"Only {text}. When it is full no request can be stored: make room, or move the folder.")
            : Finding.Ok(text);
    }

    private async Task<Finding> ClockAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (TimeZoneInfo.FindSystemTimeZoneById("America/Chicago").BaseUtcOffset == TimeSpan.Zero)
        {
            return Finding.Problem("This machine has no time zones. Install its time zone data (Debian: tzdata).");
        }

        await using var copy = await OpenAsync(cancellationToken);
        if (copy is not null
            && await NewestEntryAsync(copy, cancellationToken) is { } newest
            && newest > now + ClockTolerance)
        {
            return Finding.Problem(
                $"It is {now:u}, yet something was stored at {newest:u}. Set the clock, and let it follow a time server.");
        }

        return Finding.Ok($"{now:u}; not behind what was stored last. Let it follow a time server");
    }

    private static async Task<DateTime?> NewestEntryAsync(DatabaseReader database, CancellationToken cancellationToken) =>
        await database.ScalarAsync("""SELECT MAX("AtUtc") FROM "RequestEvents" """, cancellationToken) switch
        {
            DateTime time => time,

            // SQLite has no type for times.
            string text => DateTime.Parse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            _ => null,
        };

    private Task<DatabaseReader?> OpenAsync(CancellationToken cancellationToken) =>
        services.GetRequiredService<IDatabaseInspection>().OpenAsync(cancellationToken);

    private Finding Forms(DataFolder folder) =>
        RefusedForms.Read(folder) is { } last && time.GetUtcNow().UtcDateTime - last.AtUtc < TimeSpan.FromDays(1)
            ? Finding.Problem(
                $"The site refused a form of its own page at {last.AtUtc:u}: its Origin was {last.Origin}, the site was {last.Address}. "
                + "Check Site:PublicOrigin, and the headers that the proxy sets (docs/nginx.conf).")
            : Finding.Ok("none of the site's own pages was refused within a day");

    private async Task<Finding> AlertsAsync(CancellationToken cancellationToken)
    {
        var webhook = services.GetRequiredService<AlertWebhook>();
        if (!webhook.IsSet)
        {
            return Finding.Ok("none are sent; set Alerts:Url to be told when email does not work");
        }

        var host = services.GetRequiredService<SiteAddress>().PublicHost;
        return await webhook.SendAsync($"Test of the alerts of {host}, sent by the doctor command. Nothing is wrong.", cancellationToken)
            is { } fault
                ? Finding.Problem($"{fault} Check Alerts:Url.")
                : Finding.Ok("the webhook accepted a test message");
    }

    private Finding Content()
    {
        var library = services.GetRequiredService<ContentLibrary>();
        _hasContent = true;
        return library.Problems.Count > 0
            ? Finding.Problem(
                "The site shows earlier versions of files with problems:\n"
                + string.Join('\n', library.Problems.Select(problem => $"content/{problem}")))
            : Finding.Ok(
            $"valid: {library.English.Articles.Count} article(s), {library.English.Clinics.Count} clinic(s), "
            + $"{library.English.Positions.Count} position(s)");
    }

    private async Task<Finding> ClinicsAsync(CancellationToken cancellationToken)
    {
        await using var copy = await OpenAsync(cancellationToken);
        if (copy is null)
        {
            return Finding.Ok("no request yet");
        }

        var stored = await copy.TextsAsync(
            """SELECT DISTINCT "ClinicSlug" FROM "AppointmentRequests" WHERE "State" NOT IN ('Closed', 'Withdrawn')""", cancellationToken);
        var missing = stored.Where(slug => services.GetRequiredService<ContentLibrary>().English.FindClinic(slug) is null).ToList();
        return missing.Count == 0
            ? Finding.Ok("every open request belongs to a clinic of the content")
            : Finding.Problem(
                $"Open requests belong to clinics that are not in the content: {string.Join(", ", missing)}. If a file was renamed, add "
                + "its old name to the aliases of the new file. If not, put it back, or have an administrator close the requests.");
    }

    private sealed record Finding(bool IsOk, string Text)
    {
        public static Finding Ok(string text) => new(true, text);

        public static Finding Problem(string text) => new(false, text);
    }
}
