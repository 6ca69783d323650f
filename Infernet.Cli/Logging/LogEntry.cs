using Microsoft.Extensions.Logging;

namespace Infernet.Cli.Logging;

/// <summary>One thing that was logged.</summary>
internal sealed record LogEntry(
    DateTimeOffset Time,
    LogLevel Level,
    string Category,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Fields,
    Exception? Exception);
