using System.Globalization;

namespace PhysioSite.Operations;

/// <summary>Writes one line when a step starts, then at most one line every ten seconds.</summary>
internal sealed class ProgressLines : IProgress<double>
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string _step;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private DateTimeOffset _next;

    public ProgressLines(string step, TextWriter output, TimeProvider time)
    {
        (_step, _output, _time) = (step, output, time);
        _next = time.GetUtcNow() + BetweenLines;
        output.WriteLine($"{step} ...");
    }

    public void Report(double value)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            if (now >= _next)
            {
                _next = now + BetweenLines;
                _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_step} ... {Math.Clamp(value, 0, 1) * 100:0} %"));
            }
        }
    }
}
