using PhysioSite.Data.Providers;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Operations;

/// <summary>The doctor command as an operator runs it: in a process beside the site.</summary>
public sealed class DoctorTests : IDisposable
{
    private static readonly string[] Parts = ["settings", "database", "keys", "files", "content", "email", "dkim", "disk", "clock"];

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    [Fact]
    public async Task Doctor_BesideAHealthySite_FindsEachPartWell()
    {
        var settings = new Dictionary<string, string> { ["Data:Folder"] = _folder };
        using var site = await RealSite.StartAsync(settings);
        using (var browser = site.Open())
        {
            await browser.AskAsync();
        }

        var (exit, lines) = await RunAsync(settings);

        Assert.True(exit == 0, string.Join('\n', lines));
        Assert.All(
            Parts,
            part => Assert.Single(lines, line => line.StartsWith($"ok    {part} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Doctor_WithBrokenParts_NamesEachWithItsCure()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "physiosite.db"), "not a database");
        using var content = new ContentCopy();
        content.Write("clinics/madison.md", "no front matter");

        var (exit, lines) = await RunAsync(new() { ["Data:Folder"] = _folder, ["Content:Folder"] = content.Folder });

        Assert.Equal(1, exit);
        Assert.Contains(lines, line => line.StartsWith("LOOK  database ", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            line => line.StartsWith("LOOK  keys ", StringComparison.Ordinal)
                && line.Contains("Put back the copy", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains(
                lines,
                line => line.StartsWith("LOOK  files     1 can be opened by others than their owner: ", StringComparison.Ordinal)
                    && line.Contains($"chmod -R u=rwX,go= {_folder}", StringComparison.Ordinal));
        }

        Assert.Contains(lines, line => line.StartsWith("LOOK  content ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("madison.md", StringComparison.Ordinal));
    }

    [PostgreSqlFact]
    public async Task Doctor_WithAnotherCertificate_SaysSoWithoutTryingEachValue()
    {
        using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
        await site.AskAsync();

        var (exit, lines) = await RunAsync(new()
        {
            ["Data:Folder"] = _folder,
            ["Database:Provider"] = "PostgreSql",
            ["Database:ConnectionString"] = site.ConnectionString,
            ["Data:KeyCertificate"] = TestCertificates.OtherKeyFile,
        });

        Assert.Equal(1, exit);
        Assert.Contains(
            lines, line => line.Contains("cannot be decrypted with the certificates of the settings", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("An error occurred while reading the key ring", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_AfterAClinicWasRenamed_AsksForItsAlias()
    {
        var settings = new Dictionary<string, string> { ["Data:Folder"] = _folder };
        using (var site = await RealSite.StartAsync(settings))
        {
            using var browser = site.Open();
            await browser.AskAsync();
        }

        using var content = new ContentCopy();
        settings["Content:Folder"] = content.Folder;
        foreach (var folder in new[] { "", "es/" })
        {
            content.Write($"{folder}clinics/linden-mill.md", content.Read($"{folder}clinics/madison.md"));
            content.Delete($"{folder}clinics/madison.md");
        }

        content.Replace("careers/physical-therapist-madison.md", "clinic: madison", "clinic: linden-mill");
        foreach (var file in Directory.EnumerateFiles(content.Folder, "*.md", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(file, text
                .Replace("/clinics/madison", "/clinics/linden-mill", StringComparison.Ordinal)
                .Replace("clinics: [madison]", "clinics: [linden-mill]", StringComparison.Ordinal));
        }

        var (_, without) = await RunAsync(settings);
        content.Replace("clinics/linden-mill.md", "name: Madison", "aliases: [madison]\nname: Madison");
        var (_, with) = await RunAsync(settings);

        Assert.Contains(without, line => line.StartsWith("LOOK  clinics ", StringComparison.Ordinal)
            && line.Contains("not in the content: madison", StringComparison.Ordinal));
        Assert.Contains(with, line => line.StartsWith("ok    clinics ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_WithWrongSettings_NamesThem()
    {
        var (exit, lines) = await RunAsync(new()
        {
            ["Data:Folder"] = _folder,
            ["Site:PublicOrigin"] = "nowhere",
            ["Email:From"] = "nobody",
        });

        Assert.Equal(1, exit);
        Assert.Contains(lines, line => line.Contains("Site:PublicOrigin", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Email:From", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_WithAMailServerThatRefusesTheSignIn_SaysWhatToChange()
    {
        await using var server = new SmtpServer { Account = new("physiosite", "another") };

        var (exit, lines) = await RunAsync(new(server.Settings)
        {
            ["Data:Folder"] = _folder,
            ["Email:Smtp:User"] = "physiosite",
            ["Email:Smtp:Password"] = "sesame",
        });

        Assert.Equal(1, exit);
        Assert.Contains(lines, line => line.StartsWith("LOOK  email     The mail server refused the sign-in", StringComparison.Ordinal));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task Doctor_WithDkimSettings_SaysWhichRecordToPublish()
    {
        using var keys = new DkimKeys();
        var file = keys.Write("rsa");
        using var key = System.Security.Cryptography.RSA.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(file));

        var (_, lines) = await RunAsync(new()
        {
            ["Data:Folder"] = _folder,
            ["Email:Dkim:Domain"] = "cedarandstride.example",
            ["Email:Dkim:Selector"] = "site2026",
            ["Email:Dkim:PrivateKeyFile"] = file,
        });

        Assert.Contains(
            lines,
            line => line.StartsWith("ok    dkim      each email is signed for cedarandstride.example.", StringComparison.Ordinal));
        var publicKey = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        Assert.Contains(
            lines,
            line => line.Trim() == $"site2026._domainkey.cedarandstride.example TXT \"v=DKIM1; k=rsa; p={publicKey}\"");
    }

    [Theory]
    [InlineData(200, "ok    alerts    the webhook accepted a test message")]
    [InlineData(404, "LOOK  alerts    The webhook answered 404. Check Alerts:Url.")]
    public async Task Doctor_WithAWebhook_SendsATestMessage(int status, string expected)
    {
        await using var webhook = await WebhookServer.StartAsync();
        webhook.Status = status;

        var (_, lines) = await RunAsync(new() { ["Data:Folder"] = _folder, ["Alerts:Url"] = webhook.Address.ToString() });

        Assert.Contains(expected, lines);
        Assert.Equal(1, webhook.Tries);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Exit, string[] Lines)> RunAsync(Dictionary<string, string> settings)
    {
        using var doctor = RealSite.Run(settings, arguments: ["doctor"]);
        var exit = await doctor.ExitAsync();
        return (exit, doctor.Output.Split('\n'));
    }
}
