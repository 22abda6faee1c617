using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PhysioSite.Operations;

/// <summary>The program's command line: what it can do besides starting the site. Each command describes itself without being built.</summary>
/// <param name="startSite">Starts the site with the settings of the command line, and ends with it.</param>
/// <param name="createServices">Makes the services for a command, from the settings of the command line.</param>
internal sealed class SiteCommands(Func<string[], Task<int>> startSite, Func<string[], IServiceProvider> createServices)
{
    /// <summary>Exit code: the command line is not understood. Nothing was started or written.</summary>
    public const int Misuse = 2;

    /// <summary>A shorter word is near too many others.</summary>
    private const int ShortestToCorrect = 3;

    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Where help goes.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Where it is said why a command line is not understood.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (settings, command) = CommandLineSettings.Split(arguments);
        return InvokeAsync(Describe(settings), command);
    }

    /// <param name="settings">The settings of the command line, for the site or the command that runs.</param>
    public RootCommand Describe(params string[] settings)
    {
        var host = new CommandHost(() => createServices(settings));
        var root = new RootCommand(
            """
            The website of a physical-therapy clinic group. Without a command it starts the site.
            Each setting of docs/configuration.md may be added, as --Data:Folder <folder> or Data:Folder=<folder>.
            Exit codes: 0 done, 1 cannot be done, 2 not understood, 130 or 143 stopped by a signal.
            """)
        {
            AdminLinkCommand.Describe(host),
            BackupCommand.Describe(host),
            DoctorCommand.Describe(host),
            EmailTestCommand.Describe(host),
            RestoreCommand.Describe(host),
            RetentionCommand.Describe(host),
        };
        root.Add(DescribeHelp(root));
        root.SetAction((_, _) => startSite(settings));
        return root;
    }

    private Command DescribeHelp(RootCommand root)
    {
        var name = new Argument<string[]>("command")
        {
            Description = "The command. Without it, the list of all.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var help = new Command("help", "Shows how the program, or one of its commands, is called.") { name };
        help.SetAction((parsed, _) => InvokeAsync(root, [.. parsed.GetValue(name) ?? [], "--help"]));
        return help;
    }

    private async Task<int> InvokeAsync(RootCommand root, string[] arguments)
    {
        var parsed = root.Parse(arguments, Parsing);
        if (parsed is { Action: HelpAction, UnmatchedTokens.Count: > 0 })
        {
            // Help about a command that does not exist.
            parsed = root.Parse([.. arguments.Except(["--help", "-h", "-?", "/h", "/?"])], Parsing);
        }

        var misused = parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction;
        if (parsed.Action is ParseErrorAction problem)
        {
            problem.ShowTypoCorrections = parsed.UnmatchedTokens is [{ Length: >= ShortestToCorrect }, ..];
        }

        var exit = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = misused ? Error : Output,
            Error = Error,
            EnableDefaultExceptionHandler = false,

            // The site's host and CommandHost answer signals.
            ProcessTerminationTimeout = null,
        });
        return misused ? Misuse : exit;
    }
}
