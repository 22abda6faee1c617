using Spectre.Console;

namespace PhysioSite.Operations;

/// <summary>
/// Writes the progress of a long-running command to standard error: a progress bar on a terminal, lines of text in a file or a pipe.
/// </summary>
internal sealed class CommandProgress(TimeProvider time)
{
    /// <param name="step">A description of the step, for example "Copying the database".</param>
    /// <param name="work">
    /// The operation. It reports progress from 0 to 1. If it reports nothing, the progress bar is indeterminate.
    /// </param>
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

    public Task ShowAsync(string step, Func<Task> work) => ShowAsync(step, _ => work());

    /// <inheritdoc cref="ShowAsync{T}"/>
    public Task ShowAsync(string step, Func<IProgress<double>, Task> work) => ShowAsync(step, async progress =>
    {
        await work(progress);
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
