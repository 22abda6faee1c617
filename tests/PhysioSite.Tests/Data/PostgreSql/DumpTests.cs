using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>The commands of docs/operations.md that copy and restore a PostgreSQL database, with a site that patients use.</summary>
public sealed partial class DumpTests : IDisposable
{
    private const int Patients = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly List<string> _databases = [];

    [PostgreSqlFact]
    public async Task Dump_WhilePatientsAsk_IsCheckedAndRestoredWithEveryRequest()
    {
        using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
        _ = site.Services;
        using var enough = new CancellationTokenSource();
        var patients = Enumerable.Range(0, Patients).Select(_ => Task.Run(() => AskUntilAsync(site, enough.Token))).ToList();
        await Eventually.TrueAsync(() => Task.FromResult(_acknowledged.Count >= Patients), "the first answers");
        var commands = Commands(DatabaseOf(site.ConnectionString));
        List<string> before = [];
        await Eventually.TrueAsync(
            () =>
            {
                // A small database may be copied between two answers.
                before = [.. _acknowledged.Keys];
                Run(commands, "pg_dump");
                return Task.FromResult(_acknowledged.Count > before.Count);
            },
            "a patient is answered while the copy is made");
        await enough.CancelAsync();
        await Task.WhenAll(patients);

        Run(commands, "createdb", "pg_restore");
        Dictionary<string, string> settings = new()
        {
            ["Data:Folder"] = Path.Combine(_folder, "data"),
            ["Database:Provider"] = "PostgreSql",
            ["Database:ConnectionString"] = ConnectionString(commands[1]),
            ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        };
        using (var doctor = RealSite.Run(settings, arguments: ["doctor"]))
        {
            Assert.True(await doctor.ExitAsync() == 0, doctor.Output);
        }

        Run(commands, "dropdb");
        Run(commands[4..], "createdb", "pg_restore", "psql");
        using var restored = new StaffSite
        {
            Provider = DatabaseProvider.PostgreSql,
            Settings = { ["Database:ConnectionString"] = ConnectionString(commands[4]) },
        };
        using var administrator = await restored.AdministratorAsync(restored.NewEmail("ada"));
        foreach (var reference in before)
        {
            Assert.Contains("Ada Example", (await administrator.OpenRequestAsync(reference)).Main, StringComparison.Ordinal);
        }

        Assert.NotEmpty((await restored.AskAsync()).Reference);
    }

    /// <summary>The doctor command prints what these return.</summary>
    [PostgreSqlFact]
    public async Task Inspection_OfASite_KnowsServerCertificateAndConnections()
    {
        using var site = new Site { Provider = DatabaseProvider.PostgreSql };
        var (connection, keys) = (site.ConnectionString, site.Services.GetRequiredService<IKeyStore>());
        using var certificate = X509CertificateLoader.LoadPkcs12FromFile(TestCertificates.KeyFile, null);
        Assert.Matches(
            @"^answers, [\d,]+ bytes, PostgreSQL \d+.*, UTF8, the site owns its tables, \d+ of \d+ connections in use$",
            await CheckAsync(site));
        Assert.Contains("does not record copies made by pg_dump", await CheckAsync(site, isBackup: true), StringComparison.Ordinal);
        Assert.Contains($"valid until {certificate.NotAfter:yyyy-MM-dd}", keys.Advice, StringComparison.Ordinal);
        Assert.Null(keys.FindWarning(certificate.NotAfter.AddDays(-31)));
        Assert.Contains("EarlierKeyCertificates", keys.FindWarning(certificate.NotAfter.AddDays(-29)), StringComparison.Ordinal);

        PostgreSqlServer.Administer(connection, $"""
            ALTER DATABASE {DatabaseOf(connection)} CONNECTION LIMIT 20;
            ALTER TABLE "Outbox" OWNER TO postgres;
            """);
        var found = await Assert.ThrowsAsync<StartupException>(() => CheckAsync(site));

        Assert.Contains("1 table(s) belong to another role: Outbox.", found.Message, StringComparison.Ordinal);
        Assert.Contains(
            "uses up to 30 connections and 4 for locks and messages, but the server accepts 20", found.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Database_WithoutUnicode_IsRefused()
    {
        var connection = PostgreSqlServer.ConnectionString("latin");
        _databases.Add(connection);
        PostgreSqlServer.Run(
            $"createdb --owner {PostgreSqlServer.Owner} --encoding LATIN1 --locale C --locale-provider libc --template template0 latin");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StorageServices.StartAsync(new Dictionary<string, string?>
        {
            ["Data:Folder"] = _folder,
            ["Database:Provider"] = "PostgreSql",
            ["Database:ConnectionString"] = connection,
            ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        }));

        Assert.Contains("The encoding of the PostgreSQL database is LATIN1", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _databases.ForEach(PostgreSqlServer.Drop);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AskUntilAsync(StaffSite site, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var receipt = await site.AskAsync();
            _acknowledged[receipt.Reference] = receipt.StatusPath;
        }
    }

    /// <returns>The command lines of the document in their order, for a database of the tests.</returns>
    private List<string> Commands(string database)
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        var copies = document[document.IndexOf("### Backup with PostgreSQL", StringComparison.Ordinal)..];
        var commands = CommandLine().Matches(copies[..copies.IndexOf("\n## ", StringComparison.Ordinal)])
            .Select(match => match.Groups[1].Value.Trim()
                .Replace("/backups/2026-11-22.dump", Path.Combine(_folder, "copy.dump"), StringComparison.Ordinal)
                .Replace("--owner physiosite", $"--owner {PostgreSqlServer.Owner}", StringComparison.Ordinal)
                .Replace("--role=physiosite", $"--role={PostgreSqlServer.Owner}", StringComparison.Ordinal)
                .Replace("physiosite_check", $"{database}_check", StringComparison.Ordinal)
                .Replace("physiosite_new", $"{database}_new", StringComparison.Ordinal))
            .ToList();
        commands[0] = commands[0].Replace(" physiosite", $" {database}", StringComparison.Ordinal);
        Assert.Equal(
            ["pg_dump", "createdb", "pg_restore", "dropdb", "createdb", "pg_restore", "psql"], commands.Select(line => line.Split(' ')[0]));
        return commands;
    }

    private static void Run(List<string> commands, params string[] programs)
    {
        foreach (var program in programs)
        {
            PostgreSqlServer.Run(commands.Find(line => line.StartsWith($"{program} ", StringComparison.Ordinal))!);
        }
    }

    /// <summary>How to connect to the database that a command line names last.</summary>
    private string ConnectionString(string command)
    {
        _databases.Add(PostgreSqlServer.ConnectionString(command.Split(' ')[^1]));
        return _databases[^1];
    }

    private static string DatabaseOf(string connectionString) => new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Database!;

    private static async Task<string> CheckAsync(Site site, bool isBackup = false)
    {
        var inspection = site.Services.GetRequiredService<IDatabaseInspection>();
        await using var reader = await inspection.OpenAsync(CancellationToken.None);
        return isBackup
            ? await inspection.CheckBackupAsync(reader!, site.Clock.GetUtcNow(), CancellationToken.None)
            : await inspection.CheckAsync(reader!, CancellationToken.None);
    }

    [GeneratedRegex(@"(?m)^    (?:sudo -u postgres )?((?:pg_dump|pg_restore|createdb|dropdb|psql) [^#\n]+)")]
    private static partial Regex CommandLine();
}
