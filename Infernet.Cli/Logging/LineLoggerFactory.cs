using Microsoft.Extensions.Logging;

namespace Infernet.Cli.Logging;

/// <summary>
/// Loggers that write one line for each entry to one place, in order. Small on purpose: the framework's console logger
/// needs a container, an options system and a thread before its first line.
/// </summary>
internal sealed class LineLoggerFactory(
    TextWriter output, LogLevel level, Func<LogEntry, string> format, TimeProvider time) : ILoggerFactory
{
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>There is one place to write to; others are refused.</summary>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("The node's log has one destination.");

    public void Dispose()
    {
    }

    private void Write(LogEntry entry)
    {
        string line = format(entry);
        lock (_lock)
        {
            output.WriteLine(line);
        }
    }

    private sealed class LineLogger(LineLoggerFactory factory, string category) : ILogger
    {
        private readonly LineLoggerFactory _factory = factory;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _factory.Level && logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                IReadOnlyList<KeyValuePair<string, object?>> fields =
                    state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
                _factory.Write(new LogEntry(
                    _factory.Time.GetLocalNow(), logLevel, category, formatter(state, exception), fields, exception));
            }
        }
    }

    private LogLevel Level { get; } = level;

    private TimeProvider Time { get; } = time;
}
