using System.Collections.Concurrent;
using System.Net;
using Microsoft.Data.Sqlite;
using PhysioSite.Data.Providers;

namespace PhysioSite.Tests.Operations;

/// <summary>
/// A backup that is made while the site runs, once restored, contains everything that was acknowledged before the backup.
/// </summary>
public sealed class BackupTests : IDisposable
{
    private const int Patients = 50;
    private const int MostBackups = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();

    [Fact]
    public async Task Backup_Under50ParallelPosts_RestoresEveryAcknowledgedRequest()
    {
        var file = Path.Combine(_folder, "backup.db");
        var first = Path.Combine(_folder, "first");
        using var site = await RealSite.StartAsync(Settings(first));
        using var enough = new CancellationTokenSource();
        var patients = Enumerable.Range(0, Patients).Select(number => AskUntilAsync(site, number, enough.Token)).ToList();
        await Eventually.TrueAsync(() => Task.FromResult(_acknowledged.Count >= Patients), "the first answers");
        var before = await BackUpWhileRequestsArriveAsync(Settings(first), file);
        await enough.CancelAsync();
        await Task.WhenAll(patients);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        site.Dispose();
        using var second = new Site { Provider = DatabaseProvider.Sqlite };
        CopyKeys(first, second.DataPath);
        using var restore = RealSite.Run(Settings(second.DataPath), arguments: ["restore", file]);
        Assert.True(await restore.ExitAsync() == 0, restore.Output);

        Assert.Empty(before.Select(request => request.Key).Except(References(second.DataPath)));
        using var browser = second.Open();
        var (reference, privatePage) = before[^1];
        var page = await browser.GetAsync(privatePage);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains(reference, page.Main, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A backup takes a moment, in which a busy machine may not answer anybody. Then another one is made.</summary>
    /// <returns>The requests that were acknowledged before the backup.</returns>
    private async Task<KeyValuePair<string, string>[]> BackUpWhileRequestsArriveAsync(Dictionary<string, string> settings, string file)
    {
        for (var i = 0; i < MostBackups; i++)
        {
            var before = _acknowledged.ToArray();
            using var backup = RealSite.Run(settings, arguments: ["backup", file]);
            Assert.True(await backup.ExitAsync() == 0, backup.Output);
            if (_acknowledged.Count > before.Length)
            {
                return before;
            }

            File.Delete(file);
        }

        throw new InvalidOperationException("Nothing was answered while backups were made.");
    }

    private async Task AskUntilAsync(RealSite site, int number, CancellationToken enough)
    {
        using var browser = site.Open();
        for (var turn = 0; !enough.IsCancellationRequested; turn++)
        {
            var receipt = await browser.AskAsync(("name", $"Patient {number} {turn}"));
            _acknowledged[receipt.Reference] = receipt.StatusPath;
        }
    }

    private static Dictionary<string, string> Settings(string data) => new()
    {
        ["Data:Folder"] = data,
        ["RateLimits:FormsPerTenMinutes"] = "100000",
        ["RateLimits:FormsPerTenMinutesOverall"] = "100000",
    };

    private static void CopyKeys(string from, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "keys"));
        foreach (var key in Directory.EnumerateFiles(Path.Combine(from, "keys")))
        {
            File.Copy(key, Path.Combine(to, "keys", Path.GetFileName(key)));
        }
    }

    private static List<string> References(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "physiosite.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT "Reference" FROM "AppointmentRequests" """;
        using var rows = command.ExecuteReader();
        var references = new List<string>();
        while (rows.Read())
        {
            references.Add(rows.GetString(0));
        }

        return references;
    }
}
