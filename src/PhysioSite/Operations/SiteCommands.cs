using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PhysioSite.Operations.Commands;

namespace PhysioSite.Operations;

/// <summary>
/// The command-line interface: the commands other than starting the site. Each command is described without being instantiated.
/// </summary>
/// <param name="startSite">Starts the site with the command-line settings. Completes when the site stops.</param>
/// <param name="createServices">Creates the services for a command from the command-line settings.</param>
internal sealed class SiteCommands(Func<string[], Task<int>> startSite, Func<string[], IServiceProvider> createServices)
{
    /// <summary>Exit code for an invalid command line. Nothing was started or written.</summary>
    public const int Misuse = 2;

    /// <summary>Minimum length for typo corrections. Shorter words are similar to too many others.</summary>
    private const int ShortestToCorrect = 3;

    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>The destination of help text.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>The destination of error messages about an invalid command line.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    public Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (settings, command) = CommandLineSettings.Split(arguments);
        return InvokeAsync(Describe(settings), command);
    }

    /// <param name="settings">The command-line settings, for the site or for the command that runs.</param>
    public RootCommand Describe(params string[] settings)
    {
        var host = new CommandHost(more => createServices([.. settings, .. more]));
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
            MoveCommand.Describe(host),
            RestoreCommand.Describe(host),
            RetentionCommand.Describe(host),
            RotateKeysCommand.Describe(host),
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
            // Help was requested for a command that does not exist. Parse without the help option to report the error.
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

            // The site's host and CommandHost handle signals.
            ProcessTerminationTimeout = null,
        });
        return misused ? Misuse : exit;
    }
}
