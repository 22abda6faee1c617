using Spectre.Console;

namespace PhysioSite.Operations;

/// <summary>Shows on standard error what a long command is doing: a bar on a terminal, lines of text in a file or a pipe.</summary>
internal sealed class CommandProgress(TimeProvider time)
{
    /// <param name="step">What is being done: "Copying the database".</param>
    /// <param name="work">Reports the part that is done, from 0 to 1. A step that reports nothing has a bar without an end.</param>
    public async Task<T> ShowAsync<T>(string step, Func<IProgress<double>, Task<T>> work)
    {
        var output = new AnsiConsoleOutput(Console.Error);
        if (!output.IsTerminal)
        {
            return await work(new ProgressLines(step, output.Writer, time));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = output });
        return await console.Progress().AutoClear(true).Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn(), new SpinnerColumn()).StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(step));
            bar.IsIndeterminate = true;
            return await work(new ProgressBar(bar));
        });
    }

    public Task ShowAsync(string step, Func<Task> work) => ShowAsync(step, async _ =>
    {
        await work();
        return true;
    });

    private sealed class ProgressBar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value)
        {
            task.IsIndeterminate = false;
            task.Value = Math.Clamp(value, 0, 1) * task.MaxValue;
        }
    }
}
