namespace Infernet.Cli.Commands;

/// <summary>What the user asked for, or fed in, can't be right; the message says what would be.</summary>
internal sealed class UsageException(string message, IReadOnlyList<string>? details = null) : Exception(message)
{
    public IReadOnlyList<string> Details { get; } = details ?? [];
}
