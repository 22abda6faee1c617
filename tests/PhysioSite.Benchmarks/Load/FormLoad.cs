using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Benchmarks.Load;

/// <summary>
/// Sends request forms to the published site, each rendered by it with its own key, and counts what is in the database afterwards. The
/// site runs on one core, the load on another, and runs of bare commits on the site's core alternate with it. Run it with the argument
/// <c>forms</c>, and optionally with the number of forms in a run.
/// </summary>
internal static partial class FormLoad
{
    private const int Connections = 64;
    private const int WarmUpRounds = 3;
    private const int Rounds = 3;

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSend = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(int forms, bool emailIsDown)
    {
        var folder = Directory.CreateTempSubdirectory("physiosite-load-").FullName;
        try
        {
            List<(string, string)> settings =
            [
                ("RateLimits:FormsPerTenMinutes", "10000000"), ("RateLimits:PublicPostsPerTenMinutes", "10000000"),
                ("Logging:LogLevel:Default", "Warning"),
            ];
            if (emailIsDown)
            {
                settings.AddRange(
                    [
                        ("Email:Smtp:Host", "127.0.0.1"), ("Email:Smtp:Port", LoadedSite.FreePort().ToString(CultureInfo.InvariantCulture)),
                        ("Email:Smtp:RequireTls", "false"),
                    ]);
            }

            using var site = await LoadedSite.StartAsync(folder, [.. settings]);
            using var client = new HttpClient(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                MaxConnectionsPerServer = Connections,
            })
            {
                BaseAddress = site.Address,
            };
            var sent = 0;
            for (var round = 1; round <= WarmUpRounds + Rounds; round++)
            {
                Console.Error.WriteLine($"Round {round} of {WarmUpRounds + Rounds}: rendering {forms} forms");
                var bodies = await RenderAsync(client, forms, sent);
                sent += forms;
                var bare = await BareCommitsAsync(folder);
                Console.Error.WriteLine($"Round {round} of {WarmUpRounds + Rounds}: sending");
                var run = await SendAsync(site, client, bodies);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(round > WarmUpRounds ? "measured" : "warm-up")}: {run.PerSecond:N0} accepted forms/s, p50 {run.P50:N1} ms, "
                        + $"p99 {run.P99:N1} ms, {run.Milliseconds:N2} ms of processor time each, refused {run.Refused}; "
                        + $"bare commits {bare:N0}/s, ratio {run.PerSecond / bare:N2}; others {run.Others:N0} %"));
                if (!emailIsDown)
                {
                    var (emails, seconds) = await WaitForEmailsAsync(site.Database);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"    then {emails:N0} emails in {seconds:N1} s, {emails / seconds:N0}/s"));
                }
            }

            Console.WriteLine($"{sent} forms sent, {await CountAsync(site.Database)} requests in the database");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<(string Cookie, string Body)>> RenderAsync(HttpClient client, int forms, int first)
    {
        var bodies = new (string, string)[forms];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < forms; i = Interlocked.Increment(ref next))
            {
                using var response = await client.GetAsync("/request-appointment");
                var page = await response.Content.ReadAsStringAsync();
                var cookie = string.Join("; ", response.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
                var n = first + i;
                bodies[i] = (cookie, string.Join('&', new[]
                {
                    ("__RequestVerificationToken", Value(page, "__RequestVerificationToken")),
                    ("form-key", Value(page, "form-key")),
                    ("zip", "53703"), ("visit", "clinic"), ("area", "shin"), ("wishes", "any"), ("name", $"Patient Number {n}"),
                    ("contact", "call"), ("phone", $"608 555 {100 + (n % 100):0000}"), ("email", $"patient{n}@example.com"),
                    ("message-ok", "yes"), ("for", "me"), ("note", $"Shins hurt after running, case {n}."), ("subject", ""),
                }.Select(field => $"{field.Item1}={Uri.EscapeDataString(field.Item2)}")));
            }
        })));
        return [.. bodies];
    }

    private static async Task<(double PerSecond, double P50, double P99, double Milliseconds, int Refused, double Others)> SendAsync(
        LoadedSite site, HttpClient client, List<(string Cookie, string Body)> bodies)
    {
        var times = new double[bodies.Count];
        var (next, refused) = (-1, 0);
        var before = await CountAsync(site.Database);
        site.Process.Refresh();
        var (busy, own, spent) = (Machine.Busy(), Process.GetCurrentProcess().TotalProcessorTime, site.Process.TotalProcessorTime);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < bodies.Count; i = Interlocked.Increment(ref next))
            {
                var begun = watch.Elapsed;
                using var request = new HttpRequestMessage(HttpMethod.Post, "/request-appointment");
                request.Content = new StringContent(bodies[i].Body, null, "application/x-www-form-urlencoded");
                request.Headers.Add("Cookie", bodies[i].Cookie);
                using var response = await client.SendAsync(request);
                times[i] = (watch.Elapsed - begun).TotalMilliseconds;
                if (response.StatusCode != HttpStatusCode.Redirect)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));
        var elapsed = watch.Elapsed;
        site.Process.Refresh();
        (busy, own, spent) = (
            Machine.Busy() - busy, Process.GetCurrentProcess().TotalProcessorTime - own, site.Process.TotalProcessorTime - spent);
        var stored = await CountAsync(site.Database) - before;
        Array.Sort(times);
        return (
            stored / elapsed.TotalSeconds, times[times.Length / 2], times[times.Length * 99 / 100], spent.TotalMilliseconds / bodies.Count,
            refused, Math.Max(0, 100 * (busy - own - spent) / elapsed));
    }

    /// <summary>Durable commits of one row each, one after the other, on the core of the site.</summary>
    private static async Task<double> BareCommitsAsync(string folder)
    {
        await using var connection = new SqliteConnection(DurableSqlite.ConnectionString(Path.Combine(folder, "bare.db")));
        await connection.OpenAsync();
        DurableSqlite.Apply(connection);
        await using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE IF NOT EXISTS Rows (Id BLOB PRIMARY KEY, Content TEXT NOT NULL)";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "INSERT INTO Rows VALUES (@id, @content)";
        var id = command.Parameters.Add("@id", SqliteType.Blob);
        command.Parameters.AddWithValue("@content", new string('x', 2000));
        var (watch, commits) = (Stopwatch.StartNew(), 0);
        for (; watch.Elapsed < TimeSpan.FromSeconds(1); commits++)
        {
            id.Value = Guid.CreateVersion7().ToByteArray();
            command.ExecuteNonQuery();
        }

        return commits / watch.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// Waits until the emails of the forms are sent, so that the next bare commits have the core for themselves. The site is another
    /// process, so its database is asked, and not so often that this slows the site.
    /// </summary>
    /// <exception cref="TimeoutException">Emails still wait.</exception>
    private static async Task<(int Emails, double Seconds)> WaitForEmailsAsync(string database)
    {
        Task<int> CountWaitingAsync() => CountAsync(database, "Outbox WHERE State = 'Waiting'");
        var watch = Stopwatch.StartNew();
        var emails = await CountWaitingAsync();
        while (await CountWaitingAsync() > 0)
        {
            if (watch.Elapsed > LongestSend)
            {
                throw new TimeoutException($"Emails of the forms still wait after {LongestSend.TotalMinutes:N0} minutes.");
            }

            await Task.Delay(BetweenCounts);
        }

        return (emails, watch.Elapsed.TotalSeconds);
    }

    private static async Task<int> CountAsync(string database, string rows = "AppointmentRequests")
    {
        await using var connection = new SqliteConnection(DurableSqlite.ReadOnlyConnectionString(database));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {rows}";
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static string Value(string page, string name)
    {
        var at = page.IndexOf($"name=\"{name}\"", StringComparison.Ordinal);
        return WebUtility.HtmlDecode(ValueAttribute().Match(page, at).Groups[1].Value);
    }

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex ValueAttribute();
}
