using System.Runtime.InteropServices;
using PhysioSite.Operations;

namespace PhysioSite.Tests.Operations;

/// <summary>Commands as an operator runs them: in a separate process with its own settings that can be stopped.</summary>
public sealed class CommandProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    /// <summary>The email test command needs no data folder, so it must not create services that need one.</summary>
    [Fact]
    public async Task MailTest_WithoutADataFolder_SendsTheEmail()
    {
        await using var server = new SmtpServer();

        using var command = RealSite.Run(server.Settings, "Production", "email", "test", "--to", "ada@patients.example");

        Assert.True(await command.ExitAsync() == 0, command.Output);
        Assert.Single(server.Received);
    }

    [Fact]
    public async Task Command_WithSettingsOnItsCommandLine_UsesThemOverTheEnvironment()
    {
        var data = Path.Combine(_folder, "data");

        using var command = RealSite.Run(
            [new("Data:Folder", Path.Combine(_folder, "other"))],
            "Production", "doctor", $"--Data:Folder={data}", "--Site:PublicOrigin", "https://clinic.example");

        Assert.Equal(1, await command.ExitAsync());
        Assert.Contains("ok    settings  valid; the site is https://clinic.example", command.Output, StringComparison.Ordinal);
        Assert.Contains($"There is none in {data} yet.", command.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    /// <summary>The other forms of a setting are in <see cref="CommandLineTests"/>.</summary>
    [Fact]
    public async Task Site_WithItsDataFolderOnTheCommandLine_UsesIt()
    {
        var data = Path.Combine(_folder, "data");

        using var site = RealSite.Run([], "Production", "--Data:Folder", data);
        await site.PrintsAsync("Now listening on: ");

        Assert.True(File.Exists(Path.Combine(data, "physiosite.db")));
    }

    /// <summary>Otherwise a content file with a time zone or a language would be blamed.</summary>
    [Fact]
    public async Task Program_WithoutLanguages_SaysWhatToChange()
    {
        using var program = RealSite.Run(
            [new("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"), new("Data:Folder", Path.Combine(_folder, "data"))]);

        Assert.Equal(1, await program.ExitAsync());
        Assert.Contains("Remove DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithAnUnknownCommand_StartsNothing()
    {
        using var program = RealSite.Run(
            [new("Data:Folder", Path.Combine(_folder, "data"))], "Production", "bakup", Path.Combine(_folder, "backup.db"));

        Assert.Equal(SiteCommands.Misuse, await program.ExitAsync());
        Assert.Contains("Did you mean one of the following?\nbackup\n", program.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    /// <summary>Uses SIGTERM because processes that are started by a test run in the background of a shell ignore SIGINT.</summary>
    [Fact]
    public async Task Command_StoppedBySigterm_EndsWithTheExitCodeOfTheSignal()
    {
        await using var server = new SmtpServer { Script = at => at == SmtpStage.Greeting ? SmtpMove.Silence : null };
        var settings = new Dictionary<string, string>(server.Settings) { ["Email:Smtp:TimeoutSeconds"] = "300" };
        using var command = RealSite.Run(settings, "Production", "email", "test", "--to", "ada@patients.example");
        await Eventually.TrueAsync(() => Task.FromResult(server.Connections > 0), "the command connects");

        command.AskToStop();

        Assert.Equal(143, await command.ExitAsync());
        Assert.EndsWith("Stopped before it was done.", command.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public void ExitCode_OfASignal_IsTheOneOfAShell(PosixSignal signal, int exit) => Assert.Equal(exit, CommandHost.ExitCodeOf(signal));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
