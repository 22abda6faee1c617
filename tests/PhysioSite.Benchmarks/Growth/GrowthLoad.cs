using System.Diagnostics;
using System.Globalization;
using PhysioSite.Content;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Staff;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Growth;

/// <summary>
/// Measures the staff pages of an administrator of all clinics with many stored requests. Run it with the argument <c>growth</c>, the
/// number of requests and, for PostgreSQL, <c>postgresql</c>.
/// </summary>
internal static class GrowthLoad
{
    private const int Rounds = 9;

    public static async Task RunAsync(int count, DatabaseProvider provider)
    {
        // The manifest that names it is made for test projects only.
        Environment.SetEnvironmentVariable(
            "ASPNETCORE_TEST_CONTENTROOT_PHYSIOSITE", Path.Combine(Repository.Root, "src", "PhysioSite"));
        using var site = new Site { Provider = provider };
        site.Settings["RateLimits:SignInsPerTenMinutes"] = "100000";
        site.Settings["Logging:LogLevel:Default"] = "Warning";
        site.Settings["Logging:LogLevel:Microsoft"] = "Warning";
        var watch = Stopwatch.StartNew();
        var clinics = site.Services.GetRequiredService<ContentLibrary>().Current.Clinics.Select(clinic => clinic.Slug).ToList();
        await new RequestGenerator(site).FillAsync(count, clinics);
        Print($"{count} requests of {clinics.Count} clinics made in {watch.Elapsed.TotalSeconds:N0} s");
        watch.Restart();
        await using (var scope = site.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IndexBuilder>().RunAsync(null, CancellationToken.None);
        }

        Print($"indexed for the search in {watch.Elapsed.TotalSeconds:N0} s");
        if (provider == DatabaseProvider.Sqlite)
        {
            Print($"database: {new FileInfo(Path.Combine(site.DataPath, "physiosite.db")).Length / 1e6:N0} MB");
        }

        using var staff = await site.SignInAsync("growth@cedarandstride.example", StaffRoles.Administrator);
        var last = count / 50;
        foreach (var path in new[]
        {
            "/staff", "/staff?state=all", $"/staff?state=all&page={Math.Min(150, last)}", $"/staff?state=all&page={last}",
            $"/staff?state=closed&page={last * 3 / 4}", "/staff?state=due&page=5", "/staff?state=later", "/staff?state=booked",
            "/staff?state=canceled&page=100", "/staff?state=held&page=50", "/staff?state=all&language=es&page=100",
            $"/staff?state=all&clinic={clinics[0]}&page=20", $"/staff?state=closed&clinic={clinics[0]}&language=en&page=20",
            "/staff/delivery", $"/staff/delivery?state=sent&page={last}", "/staff/people",
        })
        {
            await MeasureAsync(path, () => staff.GetAsync(path));
        }

        foreach (var words in new[] { "o'brien", "smith, james", "wuz", "0142", "608 555 0142", "patient7@example.com", "li" })
        {
            await staff.SubmitAsync(await staff.GetAsync("/staff/search"), "main form", [new("Words", words)]);
            await MeasureAsync($"search \"{words}\"", () => staff.GetAsync("/staff/search"));
        }

        watch.Restart();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var export = await staff.GetAsync("/staff/export");
        Print($"export: {export.Text.Length / 1e6:N0} MB in {watch.Elapsed.TotalSeconds:N1} s (the test browser keeps it in memory)");
        Print($"memory before it: {before / 1e6:N0} MB");
    }

    private static async Task MeasureAsync(string name, Func<Task<Answer>> load)
    {
        await load();
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            var answer = await load();
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (!answer.Response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{name}: {answer.Status}");
            }
        }

        times.Sort();
        Print($"{name}: median {times[Rounds / 2]:N0} ms, fastest {times[0]:N0} ms, slowest {times[^1]:N0} ms");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
