using System.Collections.Concurrent;
using System.Globalization;

namespace PhysioSite.Faults.Checks;

/// <summary>
/// How long the site took to start and to answer. Machines differ, so only a time far beyond any sensible one is a problem.
/// </summary>
internal sealed class Times
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(90);

    private readonly ConcurrentQueue<TimeSpan> _starts = new();

    /// <summary>Adds the time from the start of the process to the first form it served.</summary>
    public void AddStart(TimeSpan took) => _starts.Enqueue(took);

    public string Starts() => Text([.. _starts.Order()], "0.0");

    public static string Answers(IEnumerable<TimeSpan> answers) => Text([.. answers.Order()], "0.00");

    public IEnumerable<string> Problems(IEnumerable<TimeSpan> answers)
    {
        if (_starts.DefaultIfEmpty().Max() is var start && start > LongestStart)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the site served no form for {start.TotalSeconds:0} s after a start");
        }

        if (answers.DefaultIfEmpty().Max() is var answer && answer > LongestAnswer)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"a patient waited {answer.TotalSeconds:0} s for an answer");
        }
    }

    /// <param name="times">In ascending order.</param>
    private static string Text(List<TimeSpan> times, string format)
    {
        string Seconds(TimeSpan time) => time.TotalSeconds.ToString(format, CultureInfo.InvariantCulture);
        return times.Count == 0 ? "" : $"median {Seconds(times[times.Count / 2])} s, worst {Seconds(times[^1])} s";
    }
}
