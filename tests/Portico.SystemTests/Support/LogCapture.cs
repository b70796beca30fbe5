using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Portico.SystemTests.Support;

/// <summary>One line of the log as a person would read it, with the exception's text behind it.</summary>
sealed record LogLine(LogLevel Level, string Category, string Text);

/// <summary>Keeps everything that a node logs, down to debug level, so that a test can look for what must not be there.</summary>
[ProviderAlias("Capture")]
sealed class LogCapture : ILoggerProvider
{
    readonly ConcurrentQueue<LogLine> lines = new();

    public IReadOnlyList<LogLine> Lines => [.. lines];

    public IEnumerable<LogLine> Complaints => lines.Where(l => l.Level >= LogLevel.Warning);

    /// <summary>Complaints but for alerts of budgets, which another test of the same node may have used up on purpose.</summary>
    public IEnumerable<LogLine> Faults => Complaints.Where(l => !l.Text.Contains(" are reached: ", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() { }

    sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                capture.lines.Enqueue(new LogLine(logLevel, category, $"{formatter(state, exception)} {exception}"));
        }
    }
}
