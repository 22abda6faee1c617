using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using PhysioSite.Data;

namespace PhysioSite.TestSupport;

/// <summary>Everything that the site logs, at every level, as formatted output.</summary>
public sealed partial class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _needlessTraces = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

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

    /// <summary>
    /// Asserts that a full disk, a locked file or a server that is gone is a line without a stack trace. Every site calls this on disposal,
    /// in every test.
    /// </summary>
    public void AssertHasNoNeedlessStackTrace()
    {
        if (_needlessTraces.TryPeek(out var line))
        {
            throw new InvalidOperationException($"The log has a stack trace of a failure whose reason says enough: {line}");
        }
    }

    /// <summary>The default answers of RequestJourney, and the email addresses of patients in tests.</summary>
    [GeneratedRegex(@"Ada Example|608\D{0,3}555\D{0,2}0142|@patients\.example")]
    private static partial Regex Patient();

    private sealed class Logger(LogCollector all, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            all._lines.Enqueue($"Scope {category}: {state} {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel} {category}: {formatter(state, exception)} {Values(state)} {exception}";
            all._lines.Enqueue(line);
            if (logLevel >= LogLevel.Information && exception is not null && StorageFailure.Reason(exception) is not null)
            {
                all._needlessTraces.Enqueue(line);
            }
        }

        /// <summary>The values that a structured log writes in addition to the message.</summary>
        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => pair.Value)) : "";
    }
}
