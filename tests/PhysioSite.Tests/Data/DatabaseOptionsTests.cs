using Microsoft.Extensions.Options;
using PhysioSite.Data;

namespace PhysioSite.Tests.Data;

/// <summary>Settings of the database that the site refuses, and what it says then.</summary>
public sealed class DatabaseOptionsTests : IDisposable
{
    private const string PostgreSql = "Database:Provider=PostgreSql";

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Database:ConnectionString is not set.", PostgreSql)]
    [InlineData("must name at least Host and Database", PostgreSql, "Database:ConnectionString=Host=localhost")]
    [InlineData("unknown keyword", PostgreSql, "Database:ConnectionString=Server=x;Password=secret;Nonsense=1")]
    [InlineData("but SQLite does not use it", "Database:ConnectionString=Host=localhost;Database=site")]
    [InlineData("Database:Provider must be", "Database:Provider=7")]
    public async Task Database_WithSettingsThatDoNotFit_IsRefusedWithTheReason(string reason, params string[] settings)
    {
        var certificate = settings.Contains(PostgreSql) ? $"Data:KeyCertificate={TestCertificates.KeyFile}" : "Data:KeyCertificate=";

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync([.. settings, certificate]));

        Assert.Contains(reason, Assert.Single(refusal.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_InSqlite_HaveNoCertificate()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync($"Data:KeyCertificate={TestCertificates.KeyFile}"));

        Assert.Contains("Data:KeyCertificate is set, but SQLite does not use it", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Data:KeyCertificate is not set.")]
    [InlineData("keys.pfx", "must be an absolute path")]
    [InlineData("/nowhere/keys.pfx", "cannot be read")]
    public async Task Keys_InPostgreSqlWithoutAUsableCertificate_AreRefusedWithTheReason(string file, string reason)
    {
        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync(
            PostgreSql, "Database:ConnectionString=Host=localhost;Database=site", $"Data:KeyCertificate={file}"));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSql_ThatDoesNotAnswer_IsReportedWithTheSetting()
    {
        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync(
            PostgreSql,
            $"Database:ConnectionString=Host={_folder};Database=site;Password=secret",
            $"Data:KeyCertificate={TestCertificates.KeyFile}"));

        Assert.Contains("Database:ConnectionString", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private Task StartAsync(params string[] settings) => StorageServices.StartAsync(
        settings.Select(setting => setting.Split('=', 2)).Select(parts => new KeyValuePair<string, string?>(parts[0], parts[1]))
            .Append(new("Data:Folder", Path.Combine(_folder, "data"))));
}
