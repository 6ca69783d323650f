namespace Infernet.Core.Api;

/// <summary>How a challenge of a peer ended.</summary>
public sealed record ChallengeReport
{
    public required string PeerId { get; init; }

    /// <summary>What was computed: "matmul-int8" or "memory-walk".</summary>
    public required string Kernel { get; init; }

    public required string Device { get; init; }

    /// <summary>Rows of the matrices, or bytes of memory.</summary>
    public required long Size { get; init; }

    /// <summary>"passed", "slow" or "failed".</summary>
    public required string Verdict { get; init; }

    /// <summary>Why it did not pass; null if it did.</summary>
    public string? Reason { get; init; }

    /// <summary>Operations (matmul-int8) or bytes (memory-walk) a second; null if a round was wrong.</summary>
    public double? Rate { get; init; }

    /// <summary>What the peer claims; null if it claims nothing.</summary>
    public double? ClaimedRate { get; init; }

    /// <summary>All rounds together.</summary>
    public double? WallMs { get; init; }

    /// <summary>What of it was taken off for the network.</summary>
    public double? RoundTripMs { get; init; }

    public required DateTimeOffset MeasuredAt { get; init; }
}
