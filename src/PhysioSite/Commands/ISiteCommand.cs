namespace PhysioSite.Commands;

/// <summary>Something an operator asks the program for at the command line instead of starting the site.</summary>
public interface ISiteCommand
{
    /// <summary>The words that call it: <c>mail test</c>.</summary>
    public string Name { get; }

    /// <summary>What follows the name: <c>--to &lt;address&gt;</c>.</summary>
    public string Arguments { get; }

    /// <summary>What it does, for the list of commands.</summary>
    public string Purpose { get; }

    /// <param name="arguments">What was typed after the name.</param>
    /// <returns>The exit code: zero when all is well.</returns>
    /// <exception cref="StartupException">It cannot be done, for a reason an operator can mend.</exception>
    public Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken);
}
