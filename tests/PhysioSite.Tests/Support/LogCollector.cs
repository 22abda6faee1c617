using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PhysioSite.Tests.Support;

/// <summary>Everything the site logs, at every level, as it would be written.</summary>
public sealed partial class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    /// <summary>
    /// Every site of every test asserts this when it is disposed of: whatever a test does, the log at every level, with scopes, values and
    /// exceptions, does not say who asked.
    /// </summary>
    public void AssertNamesNoPatient()
    {
        if (_lines.FirstOrDefault(line => Patient().IsMatch(line)) is { } line)
        {
            throw new InvalidOperationException($"The log names a patient: {line}");
        }
    }

    /// <summary>The default answers of RequestJourney, and addresses of patients in tests.</summary>
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

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {Values(state)} {exception}");

        /// <summary>What a structured log writes besides the message.</summary>
        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => pair.Value)) : "";
    }
}
