namespace PhysioSite.Commands;

/// <summary>Finds and runs the command that the program's arguments name.</summary>
public static class SiteCommands
{
    /// <summary>The command line was not understood.</summary>
    public const int Misuse = 2;

    public static IServiceCollection AddCommand<T>(this IServiceCollection services)
        where T : class, ISiteCommand => services.AddTransient<ISiteCommand, T>();

    /// <summary>Whether the arguments name a command; settings, like <c>--urls http://127.0.0.1:5080</c>, do not.</summary>
    public static bool Asked(string[] arguments) => arguments is [var first, ..] && !first.StartsWith('-') && !first.Contains('=', StringComparison.Ordinal);

    public static async Task<int> RunAsync(IServiceProvider services, string[] arguments)
    {
        await using var scope = services.CreateAsyncScope();
        var commands = scope.ServiceProvider.GetServices<ISiteCommand>().OrderBy(command => command.Name, StringComparer.Ordinal).ToList();
        var command = commands.Find(command => command.Name.Split(' ') is var words && arguments.Take(words.Length).SequenceEqual(words));
        if (command is null)
        {
            var output = arguments is ["help"] ? Console.Out : Console.Error;
            await output.WriteLineAsync(arguments is ["help"] ? "Commands:" : $"There is no command \"{string.Join(' ', arguments)}\". Commands:");
            foreach (var known in commands)
            {
                await output.WriteLineAsync($"  {Call(known)}\n      {known.Purpose}");
            }

            return arguments is ["help"] ? 0 : Misuse;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        return await command.RunAsync(arguments[command.Name.Split(' ').Length..], stop.Token);
    }

    /// <summary>Says how a command is called, when it was called in another way.</summary>
    public static int Misused(ISiteCommand command, string problem)
    {
        Console.Error.WriteLine($"{problem}\nUse: {Call(command)}");
        return Misuse;
    }

    private static string Call(ISiteCommand command) => $"{command.Name} {command.Arguments}".TrimEnd();
}
