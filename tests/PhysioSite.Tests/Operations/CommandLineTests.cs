using System.CommandLine;
using System.Text.RegularExpressions;
using PhysioSite.Operations;

namespace PhysioSite.Tests.Operations;

/// <summary>Classification of command-line arguments as settings, commands or errors. These tests start and build no host.</summary>
public sealed partial class CommandLineTests
{
    /// <summary>Each command with its required arguments.</summary>
    public static TheoryData<string, string[]> Commands => new()
    {
        { "admin-link", [] },
        { "backup", ["/backups/today.db"] },
        { "doctor", [] },
        { "email test", ["--to", "ada@patients.example"] },
        { "move", [] },
        { "restore", ["/backups/today.db"] },
        { "retention", ["--dry-run"] },
        { "rotate-keys", [] },
        { "help", [] },
    };

    [Theory]
    [InlineData("--urls", "http://127.0.0.1:5080")]
    [InlineData("--urls=http://127.0.0.1:5080")]
    [InlineData("Data:Folder=/data")]
    [InlineData("/Data:Folder=/data")]
    [InlineData("--Data:Folder", "/data")]
    [InlineData("--Data:Folder", "-data")]
    [InlineData("--environment", "Development", "--Data:Folder=/data", "AllowedHosts=*")]
    [InlineData("--ENVIRONMENT=Development", "--Logging=", "--Logging:LogLevel:Default=Trace", "--applicationName", "PhysioSite")]
    public async Task Settings_WithoutACommand_StartTheSiteWithAllOfThem(params string[] arguments)
    {
        string[]? started = null;
        var commands = new SiteCommands(
            settings =>
            {
                started = settings;
                return Task.FromResult(0);
            },
            _ => throw new InvalidOperationException("A command would run."));

        Assert.Equal(0, await commands.RunAsync(arguments));

        Assert.Equal(arguments, started);
    }

    [Theory]
    [InlineData("backup file.db --Data:Folder=/data", "--Data:Folder=/data", "backup file.db")]
    [InlineData("--Data:Folder /data backup file.db", "--Data:Folder /data", "backup file.db")]
    [InlineData("backup --Data:Folder /data file.db Email:From=a", "--Data:Folder /data Email:From=a", "backup file.db")]
    [InlineData("email test --to=ada@patients.example", "", "email test --to=ada@patients.example")]
    [InlineData("backup /backups/x=y.db", "", "backup /backups/x=y.db")]
    [InlineData("backup x=y.db", "", "backup x=y.db")]
    [InlineData(@"backup C:\backups\x=y.db", "", @"backup C:\backups\x=y.db")]
    [InlineData("backup -- Data:Folder=/data", "", "backup -- Data:Folder=/data")]
    [InlineData("doctor --Data:Folder", "", "doctor --Data:Folder")]
    [InlineData("doctor --Data:Folder --help", "", "doctor --Data:Folder --help")]
    [InlineData("doctor --unknown /data", "", "doctor --unknown /data")]
    public void Settings_BesideACommand_AreToldFromIt(string arguments, string settings, string command)
    {
        var split = CommandLineSettings.Split(arguments.Split(' '));

        Assert.Equal(settings, string.Join(' ', split.Settings));
        Assert.Equal(command, string.Join(' ', split.Command));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_OfEachCommand_IsThereWithoutSettingsOrServices(string name, string[] arguments)
    {
        var asked = await RunAsync([.. name.Split(' '), .. arguments, "--help"]);
        var called = await RunAsync(["help", .. name.Split(' ')]);

        Assert.Equal((0, ""), (asked.Exit, asked.Error));
        Assert.Equal(asked, called);
        Assert.Matches($@"Usage:\s+\S+ {name}", asked.Output);
        Assert.All(
            arguments.Where(argument => argument.StartsWith('-')),
            option => Assert.Contains($"  {option}", asked.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--Data:Folder=/data", "--help")]
    public async Task Help_OfTheProgram_NamesEveryCommandAndTheExitCodes(params string[] arguments)
    {
        var (exit, output, error) = await RunAsync(arguments);

        Assert.Equal((0, ""), (exit, error));
        Assert.All(Commands, command => Assert.Contains($"{command[0]}", output, StringComparison.Ordinal));
        Assert.Contains("Exit codes: 0 done, 1 cannot be done, 2 not understood", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsTheProgramsOwn()
    {
        var (exit, output, _) = await RunAsync("--version");

        Assert.Equal(0, exit);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }

    [Theory]
    [InlineData("bakup file.db", "Did you mean one of the following?\nbackup\n")]
    [InlineData("bakup --help", "Did you mean one of the following?\nbackup\n")]
    [InlineData("help bakup", "Did you mean one of the following?\nbackup\n")]
    [InlineData("email tset", "Did you mean one of the following?\ntest\n")]
    [InlineData("--hlep", "Did you mean one of the following?\n--help\n")]
    [InlineData("retention --dryrun", "Did you mean one of the following?\n--dry-run\n")]
    [InlineData("frobnicate", "Unrecognized command or argument 'frobnicate'.")]
    [InlineData("--frobnicate yes", "Unrecognized command or argument '--frobnicate'.")]
    [InlineData("-x=1", "Unrecognized command or argument '-x=1'.")]
    [InlineData("--Data:Folder", "Unrecognized command or argument '--Data:Folder'.")]
    [InlineData("doctor now", "Unrecognized command or argument 'now'.")]
    [InlineData("doctor --to=x", "Unrecognized command or argument '--to=x'.")]
    [InlineData("admin-link now", "Unrecognized command or argument 'now'.")]
    [InlineData("email", "Required command was not provided.")]
    [InlineData("backup", "Required argument 'file' missing for command: 'backup'.")]
    [InlineData("backup one.db two.db", "Unrecognized command or argument 'two.db'.")]
    [InlineData("backup --dry-run", "\"--dry-run\" is not an option of this command.")]
    [InlineData("restore", "Required argument 'file' missing for command: 'restore'.")]
    [InlineData("restore --dry-run", "\"--dry-run\" is not an option of this command.")]
    [InlineData("move --to", "Required argument missing for option: '--to'.")]
    [InlineData("move Host=db;Password=sesame", "Only --to is an option, and its value one argument")]
    [InlineData("retention", "Add --dry-run to count, or --confirm to let the site erase.")]
    [InlineData("retention --dry-run --confirm", "Add --dry-run to count, or --confirm to let the site erase.")]
    [InlineData("retention --now", "Unrecognized command or argument '--now'.")]
    [InlineData("retention --dry-run --now", "Unrecognized command or argument '--now'.")]
    [InlineData("email test", "Option '--to' is required.")]
    [InlineData("email test --to", "Required argument missing for option: '--to'.")]
    [InlineData("email test ada@patients.example", "Option '--to' is required.")]
    [InlineData("email test --to nobody", "\"nobody\" is not an email address.")]
    [InlineData("email test --to a@b.example,c@d.example", "\"a@b.example,c@d.example\" is not an email address.")]
    public async Task CommandLine_ThatIsNotUnderstood_SaysWhyWithTheUsageAndRunsNothing(string arguments, string reason)
    {
        var (exit, output, error) = await RunAsync(arguments.Split(' '));

        Assert.Equal(SiteCommands.Misuse, exit);
        Assert.Equal("", output);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("Usage:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error, StringComparison.Ordinal);
    }

    /// <summary>Operators copy commands from the documents.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/operations.md")]
    public void Commands_InDocuments_AreUnderstood(string document)
    {
        var called = Called(document);

        Assert.NotEmpty(called);
        Assert.All(called, call =>
        {
            var (_, command) = CommandLineSettings.Split(call.Split(' '));
            Assert.NotEmpty(command);
            Assert.Equal([], Root().Parse(command).Errors.Select(error => error.Message));
        });
    }

    [Fact]
    public void Operations_NamesEveryCommand()
    {
        var called = Called("docs/operations.md");

        var commands = Leaves(Root(), "").ToList();
        Assert.Equal(Commands.Select(row => (string)row[0]).Order(StringComparer.Ordinal), commands.Order(StringComparer.Ordinal));
        Assert.All(commands, command => Assert.Contains(called, call => $"{call} ".StartsWith($"{command} ", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(inner => Leaves(inner, $"{path} {inner.Name}".Trim()));

    private static List<string> Called(string document) =>
        [.. Call().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(match => match.Groups["call"].Value.Trim())];

    private static RootCommand Root() => Quiet(TextWriter.Null, TextWriter.Null).Describe();

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exit = await Quiet(output, error).RunAsync(arguments);
        return (exit, output.ToString(), error.ToString());
    }

    private static SiteCommands Quiet(TextWriter output, TextWriter error) => new(
        _ => throw new InvalidOperationException("The site would start."),
        _ => throw new InvalidOperationException("Services would be made."))
    {
        Output = output,
        Error = error,
    };

    [GeneratedRegex(@"(?:\./PhysioSite|dotnet run --project src/PhysioSite --) (?<call>[^#`\n]+)")]
    private static partial Regex Call();
}
