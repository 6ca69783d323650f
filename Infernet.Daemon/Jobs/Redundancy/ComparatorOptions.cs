namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Limits of the commands that jobs bring along. Immutable.</summary>
internal sealed record ComparatorOptions
{
    /// <summary>How long one comparison may take.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most bytes that it may write to its standard output and error, each.</summary>
    public int MaxOutput { get; init; } = 64 << 10;

    /// <summary>How many bytes of what it wrote to standard error an error message quotes.</summary>
    public int MaxQuoted { get; init; } = 400;

    /// <summary>What of the node's environment it sees.</summary>
    public IReadOnlyList<string> Environment { get; init; } = ["PATH", "HOME", "LANG", "TMPDIR"];
}
