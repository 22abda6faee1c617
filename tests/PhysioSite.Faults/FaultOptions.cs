using System.Globalization;

namespace PhysioSite.Faults;

/// <summary>Thrown for an invalid argument; the message names it and the expected value.</summary>
internal sealed class ArgumentProblem(string message) : Exception(message);

/// <summary>The command-line options.</summary>
internal sealed record FaultOptions
{
    public const string Help = """
        Breaks a running site in every way and counts what got lost.

          dotnet run --project tests/PhysioSite.Faults -c Release -- [options]

          --short            the scenarios of about two minutes, as before every merge
          --list             names the scenarios
          --only NAME,NAME   only these; a first part stands for all that begin with it, like smtp
          --posts N          forms sent in "kills" (2000; short: 100)
          --kills N          kills in "kills" (50; short: 2)
          --connections N    connections that send forms in "kills" (50)
          --parallel N       scenarios that run at the same time (1; short: 3, because most of their time is waiting)
          --seed N           makes random choices the same again
          --site FILE        a published PhysioSite.dll; without it the site is published first
          --keep             keeps each scenario's folder: data, clock, what the site printed
          --help             this

        With REQUIRE_FAULTS=1 a scenario that cannot run here fails instead of being skipped.
        """;

    public bool Short { get; init; }

    public bool List { get; init; }

    public bool ShowHelp { get; init; }

    public bool Keep { get; init; }

    public IReadOnlyList<string> Only { get; init; } = [];

    public int Posts { get; init; }

    public int Kills { get; init; }

    public int Connections { get; init; } = 50;

    public int Parallel { get; init; }

    public int Seed { get; init; }

    public string? Site { get; init; }

    public bool RequireAll { get; init; }

    /// <exception cref="ArgumentProblem">An argument is unknown, or its value is missing or invalid.</exception>
    public static FaultOptions Parse(string[] arguments)
    {
        var isShort = arguments.Contains("--short");
        var options = new FaultOptions
        {
            Short = isShort,
            Posts = isShort ? 100 : 2000,
            Kills = isShort ? 2 : 50,
            Parallel = isShort ? 3 : 1,
            Seed = Random.Shared.Next(1, 1_000_000),
            RequireAll = Environment.GetEnvironmentVariable("REQUIRE_FAULTS") == "1",
        };
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            string Value() => ++i < arguments.Length && !arguments[i].StartsWith("--", StringComparison.Ordinal)
                ? arguments[i]
                : throw new ArgumentProblem($"{name} needs a value.");
            int Number(int least) =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
                    ? number
                    : throw new ArgumentProblem($"{name} needs a whole number of at least {least}, not \"{arguments[i]}\".");
            options = name switch
            {
                "--short" => options,
                "--list" => options with { List = true },
                "--help" or "-h" => options with { ShowHelp = true },
                "--keep" => options with { Keep = true },
                "--only" => options with
                {
                    Only = Value().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                },
                "--posts" => options with { Posts = Number(1) },
                "--kills" => options with { Kills = Number(0) },
                "--connections" => options with { Connections = Number(1) },
                "--parallel" => options with { Parallel = Number(1) },
                "--seed" => options with { Seed = Number(0) },
                "--site" => options with { Site = ExistingFile(Value()) },
                _ => throw new ArgumentProblem($"\"{name}\" is not an option. --help lists them."),
            };
        }

        return options;
    }

    private static string ExistingFile(string path) =>
        File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new ArgumentProblem($"--site: there is no file {path}. Name the PhysioSite.dll that dotnet publish wrote.");
}
