namespace Infernet.Core.Api;

/// <summary>A peer that this node knows.</summary>
public sealed record PeerStatus
{
    public required string PeerId { get; init; }

    public required bool Connected { get; init; }

    public required IReadOnlyList<string> Addresses { get; init; }

    public string? Agent { get; init; }

    /// <summary>From its advert; null when no valid advert is known.</summary>
    public HardwareStatus? Hardware { get; init; }

    public IReadOnlyList<PeerModel> Models { get; init; } = [];

    public int? TotalSlots { get; init; }

    public int? FreeSlots { get; init; }

    /// <summary>This node's score of it, 0..1.</summary>
    public double? Reputation { get; init; }

    /// <summary>Why nothing is given to it any more; absent if work may be given to it.</summary>
    public string? Exclusion { get; init; }
}
