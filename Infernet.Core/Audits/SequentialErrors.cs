namespace Infernet.Core.Audits;

/// <summary>The error rates that a sequential test is held to.</summary>
public sealed record SequentialErrors
{
    /// <summary>One honest peer in ten thousand is ever condemned, one cheat in a hundred passes a test.</summary>
    public static SequentialErrors Default { get; } = new();

    /// <summary>The probability that an honest peer is ever condemned.</summary>
    public double FalseAlarm { get; init; } = 1e-4;

    /// <summary>The probability that a cheat passes one test.</summary>
    public double Missed { get; init; } = 1e-2;

    /// <summary>The share of its shards in which a peer that cheats is taken to cheat.</summary>
    public double CheatedShare { get; init; } = 0.5;
}
