using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PhysioSite.TestSupport;

/// <summary>Everything that the site logs, at every level, as formatted output.</summary>
public sealed partial class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    /// <summary>
    /// Asserts that the log identifies no patient, at every level and including scopes, values and exceptions. Every site calls this on
    /// disposal, in every test.
    /// </summary>
    public void AssertNamesNoPatient()
    {
        if (_lines.FirstOrDefault(line => Patient().IsMatch(line)) is { } line)
        {
            throw new InvalidOperationException($"The log names a patient: {line}");
        }
    }

    /// <summary>The default answers of RequestJourney, and the email addresses of patients in tests.</summary>
    [GeneratedRegex(@"Ada Example|608\D{0,3}555\D{0,2}0142|@patients\.example")]
    private static partial Regex Patient();

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"Scope {category}: {state} {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {Values(state)} {exception}");

        /// <summary>The values that a structured log writes in addition to the message.</summary>
        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => pair.Value)) : "";
    }
}
