using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using PhysioSite.Benchmarks.Load;
using PhysioSite.Content;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Growth;

/// <summary>
/// Measures the published site with the content of a large group and many stored requests, beside one with the sample content. Run it with
/// the argument <c>growth</c>, optionally with the number of requests and, for PostgreSQL, <c>postgresql</c>.
/// </summary>
internal static class GrowthLoad
{
    private const int Articles = 10_000;
    private const int Clinics = 1_000;
    private const int Positions = 2_000;
    private const int People = 500;
    private const int Starts = 5;
    private const int Rounds = 5;
    private const int Connections = 64;
    private const double FinderMilliseconds = 10;

    /// <summary>
    /// .NET compiles code again after thirty calls. On one core, that takes longer than some of these pages for the first hundred requests.
    /// </summary>
    private const int FinderWarmUps = 150;
    private const double StaffMilliseconds = 100;
    private const string Article = "/articles/shin-splints";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    public static async Task RunAsync(int requests, DatabaseProvider provider)
    {
        var folder = Directory.CreateTempSubdirectory("physiosite-growth-").FullName;
        try
        {
            Report("Publishing");
            var published = await LoadedSite.PublishAsync(folder, "site");
            var content = Directory.CreateDirectory(Path.Combine(folder, "content")).FullName;
            var clinics = new ContentGenerator(content, DateOnly.FromDateTime(DateTime.UtcNow), Report).Write(Articles, Clinics, Positions);
            using var database = new Site
            {
                Provider = provider,
                Settings = { ["Content:Folder"] = content, ["Data:Folder"] = Path.Combine(folder, "large") },
            };
            var megabytes = await FillAsync(database, folder, requests, clinics);
            var figures = new List<Figure>
            {
                new($"Database, {requests:N0} requests", megabytes, "MB", null),
                new("Database for 1,000 requests", megabytes * 1000 / requests, "MB", null),
            };
            Dictionary<string, string> large = new() { ["Content:Folder"] = content, ["Data:Folder"] = Path.Combine(folder, "large") };
            if (provider == DatabaseProvider.PostgreSql)
            {
                large["Database:Provider"] = "PostgreSql";
                large["Database:ConnectionString"] = database.ConnectionString;
                large["Data:KeyCertificate"] = TestCertificates.KeyFile;
            }

            Dictionary<string, string> small = new() { ["Data:Folder"] = Path.Combine(folder, "small") };
            figures.AddRange(await MeasureStartsAsync(published, large, small));
            var timer = await MeasurePagesAsync(published, large, small, folder, clinics, figures);
            var result = new GrowthResult(
                DateOnly.FromDateTime(DateTime.UtcNow), provider.ToString(), Articles, Clinics, Positions, requests,
                Environment.ProcessorCount, timer.Others, figures, timer.Pages);
            result.Print();
            await File.WriteAllTextAsync(
                Path.Combine(Repository.Root, "docs", $"growth-{provider.ToString().ToLowerInvariant()}.json"),
                JsonSerializer.Serialize(result, Format) + "\n");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>The size of the database in megabytes.</returns>
    private static async Task<double> FillAsync(Site site, string folder, int requests, IReadOnlyList<string> clinics)
    {
        // The manifest that names it is made for test projects only.
        Environment.SetEnvironmentVariable(
            "ASPNETCORE_TEST_CONTENTROOT_PHYSIOSITE", Path.Combine(Repository.Root, "src", "PhysioSite"));
        site.Settings["Logging:LogLevel:Default"] = site.Settings["Logging:LogLevel:Microsoft"] = "Warning";
        site.Clock.Set(DateTimeOffset.UtcNow);
        var watch = Stopwatch.StartNew();
        _ = site.Services.GetRequiredService<ContentLibrary>();
        await new RequestGenerator(site).FillAsync(requests, clinics);
        await AddPeopleAsync(site, clinics);
        Report(string.Create(CultureInfo.InvariantCulture, $"{requests:N0} requests made in {watch.Elapsed.TotalSeconds:N0} s"));
        var bytes = site.Provider == DatabaseProvider.PostgreSql
            ? await RequestGenerator.PrepareAsync(site)
            : 0;
        site.Stop();
        return (bytes > 0 ? bytes : new FileInfo(Path.Combine(folder, "large", "physiosite.db")).Length) / 1e6;
    }

    /// <summary>People who work at one to five clinics, and have not set a password.</summary>
    private static async Task AddPeopleAsync(Site site, IReadOnlyList<string> clinics)
    {
        await using var scope = site.Services.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<StaffDirectory>();
        for (var i = 0; i < People; i++)
        {
            var some = Enumerable.Range(0, 1 + (i % 5)).Select(j => clinics[((i * 5) + j) % clinics.Count]);
            await directory.AddAsync($"person{i}@cedarandstride.example", $"Person {i}", StaffRoles.Staff, some);
        }
    }

    private static async Task<IEnumerable<Figure>> MeasureStartsAsync(
        string published, Dictionary<string, string> large, Dictionary<string, string> small)
    {
        var program = Path.Combine(published, "PhysioSite");
        Report("Starting");
        await StartTime.StartAsync(program, small);
        var (ofChanged, ofLarge, ofSmall) = (new List<Start>(), new List<Start>(), new List<Start>());
        for (var i = 0; i < Starts; i++)
        {
            foreach (var file in Directory.EnumerateFiles(large["Data:Folder"], "content.json*"))
            {
                File.Delete(file);
            }

            ofChanged.Add(await StartTime.StartAsync(program, large));
            ofLarge.Add(await StartTime.StartAsync(program, large));
            ofSmall.Add(await StartTime.StartAsync(program, small));
        }

        return
        [
            new("Start to the first article, content checked before", Median(ofLarge, start => start.Seconds), "s", 4),
            new("  its processor time", Median(ofLarge, start => start.ProcessorSeconds), "s", null),
            new("  memory then", Median(ofLarge, start => start.Megabytes), "MB", null),
            new("Start with changed content", Median(ofChanged, start => start.Seconds), "s", 4),
            new("  its processor time", Median(ofChanged, start => start.ProcessorSeconds), "s", null),
            new("Start with the sample content", Median(ofSmall, start => start.Seconds), "s", null),
            new("  its processor time", Median(ofSmall, start => start.ProcessorSeconds), "s", null),
            new("  memory then", Median(ofSmall, start => start.Megabytes), "MB", null),
        ];

        static double Median(List<Start> starts, Func<Start, double> value) => LoadResult.MedianOf(starts.Select(value));
    }

    private static async Task<PageTimer> MeasurePagesAsync(
        string published,
        Dictionary<string, string> large,
        Dictionary<string, string> small,
        string folder,
        IReadOnlyList<string> clinics,
        List<Figure> figures)
    {
        using var site = await LoadedSite.StartPublishedAsync(published, large);
        figures.AddRange(await CompareArticlesAsync(site, published, small, folder));
        var cookies = new CookieContainer();
        using var staff = await site.SignInBrowserAsync(cookies);
        using var client = NewClient(site, new CookieContainer());
        using var staffClient = NewClient(site, cookies);
        var timer = new PageTimer(site, client);
        Report("The first search builds the index");
        var watch = Stopwatch.StartNew();
        await client.GetAsync("/search?q=knee");
        figures.Add(new("First search after a start", watch.Elapsed.TotalSeconds, "s", null));
        foreach (var (name, path) in new[]
        {
            ("Clinics near a ZIP code", "/clinics?zip=53703"), ("Clinics near a ZIP code of New York", "/clinics?zip=10001"),
            ("Clinics far from a ZIP code", "/clinics?zip=99501"), ("Search, a clinic", "/search?q=madison+wi"),
            ("Search, two words", "/search?q=shin+splints"), ("Search, on nearly every page", "/search?q=pain"),
            ("Search, three frequent words", "/search?q=pain+in+the+knee+when+running"), ("Search, no result", "/search?q=xylophone"),
            ("Search in Spanish", "/es/search?q=dolor+de+rodilla"), ("Positions near a ZIP code", "/careers?zip=53703&within=50"),
        })
        {
            await timer.MeasureAsync($"{name}: {path}", path, FinderMilliseconds, FinderWarmUps);
        }

        var article = Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Path.Combine(large["Content:Folder"], "articles")).Max());
        foreach (var (name, path) in new[]
        {
            ("Home", "/"), ("Articles", "/articles"), ("Articles, middle", "/articles?page=200"), ("Articles, last", "/articles?page=417"),
            ("Articles about the knee", "/articles?area=knee&page=20"), ("A generated article", $"/articles/{article}"),
            ("Body area", "/areas/knee"), ("Clinics", "/clinics"), ("Clinics of a state", "/clinics?state=TX"),
            ("Clinic", $"/clinics/{clinics[^1]}"), ("Positions", "/careers"), ("Positions, last", "/careers?page=80"),
            ("Request form", "/request-appointment"), ("Request form with a ZIP code", "/request-appointment?zip=53703"),
            ("Cost and insurance", "/cost-and-insurance"), ("Referrals", "/referrals"), ("Running assessment", "/running-assessment"),
            ("Feed", "/articles/feed.xml"), ("Site map", "/sitemap.xml"),
        })
        {
            await timer.MeasureAsync($"{name}: {path}", path, null);
        }

        await MeasureStaffAsync(site, staff, staffClient, clinics, timer, figures);
        site.Process.Refresh();
        figures.Add(new("Memory after the run", MemoryOf(site, "VmRSS"), "MB", null));
        return timer;
    }

    /// <summary>One article of both sites, on the same core. Their runs alternate.</summary>
    private static async Task<IEnumerable<Figure>> CompareArticlesAsync(
        LoadedSite large, string published, Dictionary<string, string> settings, string folder)
    {
        using var small = await LoadedSite.StartPublishedAsync(published, settings);
        var load = new LoadGenerator(folder);
        var runs = new List<LoadRun>();
        foreach (var site in new[] { large, small })
        {
            await load.RunAsync("", site.Process, new Uri(site.Address, Article), Connections, WarmUp);
        }

        for (var round = 1; round <= Rounds; round++)
        {
            Report($"Article throughput, round {round} of {Rounds}");
            runs.Add(await load.RunAsync("large", large.Process, new Uri(large.Address, Article), Connections, Length));
            runs.Add(await load.RunAsync("small", small.Process, new Uri(small.Address, Article), Connections, Length));
        }

        double Median(string site, Func<LoadRun, double> value) => LoadResult.MedianOf(runs.Where(run => run.Server == site).Select(value));
        return
        [
            new("Article throughput, of the small site's", Median("large", run => run.RequestsPerSecond)
                / Median("small", run => run.RequestsPerSecond), "", null, 0.9),
            new("  requests per second", Median("large", run => run.RequestsPerSecond), "", null),
            new("  processor time per request, of the small site's", Median("large", run => run.ProcessorMicroseconds)
                / Median("small", run => run.ProcessorMicroseconds), "", null),
        ];
    }

    private static async Task MeasureStaffAsync(
        LoadedSite site, Browser staff, HttpClient client, IReadOnlyList<string> clinics, PageTimer publicPages, List<Figure> figures)
    {
        var timer = new PageTimer(site, client);
        var reference = (await staff.GetAsync("/staff?state=closed&page=9")).Page.QuerySelector("tbody a[href^='/staff/requests/']")!
            .GetAttribute("href")!.Split('?')[0].Split('/')[^1];
        foreach (var words in new[]
        {
            "o'brien", "smith, james", "joh", "li", "wuz", "nobody here", "0142", "608 555 0142", "608 555 9999 x7",
            "patient7@example.com", "nobody@example.org", reference,
        })
        {
            await staff.SubmitAsync(await staff.GetAsync("/staff/search"), "main form", [new("Words", words)]);
            var name = words == reference ? "a reference" : words;
            await timer.MeasureAsync($"/staff/search \"{name}\"", "/staff/search", StaffMilliseconds);
        }

        foreach (var path in await StaffLists.FindAsync(staff, clinics[0]))
        {
            await timer.MeasureAsync(path, path, StaffMilliseconds);
        }

        foreach (var (name, path) in new[]
        {
            ("of a tenth of the requests", "/staff/export?language=es"), ("of all requests", "/staff/export"),
        })
        {
            var (watch, before) = (Stopwatch.StartNew(), MemoryOf(site, "VmRSS"));
            await File.WriteAllTextAsync($"/proc/{site.Process.Id}/clear_refs", "5");
            using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync();
            var (buffer, length) = (new byte[81920], 0L);
            for (var read = await body.ReadAsync(buffer); read > 0; read = await body.ReadAsync(buffer))
            {
                length += read;
            }

            figures.Add(new($"Export {name}, {length / 1e6:N1} MB with gzip", watch.Elapsed.TotalSeconds, "s", null));
            figures.Add(new("  memory at most, more than before", MemoryOf(site, "VmHWM") - before, "MB", null));
        }

        publicPages.Pages.AddRange(timer.Pages);
    }

    private static HttpClient NewClient(LoadedSite site, CookieContainer cookies)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies })
        {
            BaseAddress = site.Address,
            Timeout = TimeSpan.FromMinutes(5),
        };
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        return client;
    }

    /// <summary>A line of the status of the process, in megabytes.</summary>
    private static double MemoryOf(LoadedSite site, string line) => double.Parse(
        File.ReadLines($"/proc/{site.Process.Id}/status").Single(text => text.StartsWith(line + ":", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    private static void Report(string line) => Console.Error.WriteLine(line);
}
