using Infernet.Daemon.Challenges.Challenging;
using Infernet.Daemon.Challenges.Proving;

namespace Infernet.Daemon.Challenges;

/// <summary>How this node challenges others and serves their challenges. Immutable.</summary>
internal sealed record ChallengeOptions
{
    public ProverLimits Proving { get; init; } = new();

    public ChallengerOptions Challenging { get; init; } = new();

    /// <summary>How often it is drawn whether somebody is challenged.</summary>
    public TimeSpan DrawInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Challenges that this node makes by itself within an hour.</summary>
    public int MaxDrawnPerHour { get; init; } = 6;

    /// <summary>The part of them that measures memory; the rest measures arithmetic.</summary>
    public double MemoryPart { get; init; } = 0.3;

    /// <summary>Most peers that are remembered as wanted by jobs.</summary>
    public int MaxWanted { get; init; } = 64;
}
