namespace Infernet.Daemon.Challenges.Proving;

/// <summary>How much this node works for challengers, who pay nothing. Immutable.</summary>
internal sealed record ProverLimits
{
    /// <summary>Challenges that are served within an hour, of all challengers together.</summary>
    public int MaxPerHour { get; init; } = 20;

    /// <summary>Challenges of one challenger within an hour.</summary>
    public int MaxPerChallenger { get; init; } = 4;

    /// <summary>The longest that one challenge may be expected to compute.</summary>
    public TimeSpan MaxWork { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most memory that one challenge may fill, in bytes.</summary>
    public long MaxMemory { get; init; } = 8L << 30;

    /// <summary>The part of the memory that is free at the moment that a challenge may fill.</summary>
    public double MaxMemoryShare { get; init; } = 0.25;

    /// <summary>How long a challenger may take for each of its messages.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often paid work is looked for while a challenge is computed.</summary>
    public TimeSpan LookOut { get; init; } = TimeSpan.FromMilliseconds(50);
}
