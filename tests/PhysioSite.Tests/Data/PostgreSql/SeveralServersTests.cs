using Microsoft.Extensions.Options;
using Npgsql;
using PhysioSite.Data;
using PhysioSite.Data.PostgreSql;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>
/// Settings with several servers, of which one is the primary. The scenario cluster-failover of PhysioSite.Faults has a standby that
/// becomes the primary.
/// </summary>
public sealed class SeveralServersTests
{
    /// <summary>Nothing listens there.</summary>
    private const string Nobody = "127.0.0.1:1";

    /// <summary>
    /// Npgsql reports the first failure with what each server said, and the next one without, because it knows both servers.
    /// </summary>
    [Fact]
    public async Task Failure_WithoutAPrimary_IsPassing()
    {
        var options = Options.Create(new DatabaseOptions { ConnectionString = $"Host={Nobody},127.0.0.1:2;Database=none;Username=none" });
        foreach (var expected in (string[])["Unable to connect to a suitable host", "No suitable host was found"])
        {
            await using var connection = new NpgsqlConnection(new PostgreSqlConnection(options).Text);

            var failure = await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync());

            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
            Assert.True(StorageFailure.IsPassing(failure));
            Assert.Contains("make a standby the primary", PostgreSqlConnection.Explain(failure), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ConnectionString_WithSeveralServers_NamesThePrimaryUnlessTheSettingsSayOtherwise()
    {
        var given = Connect("Host=one,two;Database=site;Username=site;Timeout=20");
        Assert.Equal(("primary", 20, 5), (given.TargetSessionAttributes, given.Timeout, given.HostRecheckSeconds));
        Assert.Equal(3, Connect("Host=one,two;Database=site;Username=site").Timeout);
        var own = Connect("Host=one;Database=site;Username=site");
        Assert.Equal((null, 5, 10), (own.TargetSessionAttributes, own.Timeout, own.HostRecheckSeconds));

        static NpgsqlConnectionStringBuilder Connect(string text) =>
            new(new PostgreSqlConnection(Options.Create(new DatabaseOptions { ConnectionString = text })).Text);
    }

    /// <summary>As the commands and the start do: they do not wait until a server is asked again.</summary>
    [PostgreSqlFact]
    public async Task Connection_ToAServerThatDidNotAnswerBefore_IsOpenedAtOnce()
    {
        using var server = new OwnPostgreSql();
        var connection = new PostgreSqlConnection(Options.Create(new DatabaseOptions
        {
            ConnectionString = OwnPostgreSql.Connect(server.StandbyHost, Nobody)
                + ";Target Session Attributes=any;Host Recheck Seconds=3600",
        }));
        await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync(isReadOnly: true, CancellationToken.None));

        server.StartStandby();

        await using var opened = await connection.OpenAsync(isReadOnly: true, CancellationToken.None);
        Assert.Contains(server.StandbyHost, opened.DataSource, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Commands_WithAServerThatDoesNotAnswer_UseThePrimary()
    {
        using var site = new StaffSite { Provider = DatabaseProvider.PostgreSql };
        var reference = (await site.AskAsync()).Reference;
        var settings = new Dictionary<string, string>
        {
            ["Data:Folder"] = site.DataPath,
            ["Database:Provider"] = "PostgreSql",
            ["Database:ConnectionString"] = site.ConnectionString.Replace("Host=", $"Host={Nobody},", StringComparison.Ordinal),
            ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        };

        var (exit, output) = await RunAsync(settings, "doctor");
        const string noStandby = "what is stored is not on a standby as well (0 connected)";
        Assert.True(exit == 1 && output.Contains(noStandby, StringComparison.Ordinal), output);
        (exit, output) = await RunAsync(settings, "retention", "--dry-run");
        Assert.True(exit == 0 && output.Contains("Nothing was changed", StringComparison.Ordinal), output);
        (exit, output) = await RunAsync(settings, "admin-link");
        Assert.True(exit == 0 && output.Contains("code=", StringComparison.Ordinal), output);
        (exit, output) = await RunAsync(settings, "rotate-keys");
        Assert.True(exit == 1 && output.Contains("The site is running", StringComparison.Ordinal), output);

        settings["Data:Folder"] += "-of-another-instance";
        using var instance = await RealSite.StartAsync(settings);
        using var browser = instance.Open();
        Assert.NotEqual(reference, (await browser.AskAsync()).Reference);
    }

    private static async Task<(int Exit, string Output)> RunAsync(Dictionary<string, string> settings, params string[] arguments)
    {
        using var command = RealSite.Run(settings, arguments: arguments);
        return (await command.ExitAsync(), command.Output);
    }
}
