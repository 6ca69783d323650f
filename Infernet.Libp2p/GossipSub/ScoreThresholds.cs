namespace Infernet.Libp2p.GossipSub;

/// <summary>What a peer's score means for how it is treated. Source: gossipsub v1.1, "Score Thresholds".</summary>
public sealed record ScoreThresholds
{
    /// <summary>Below: no gossip goes to the peer, and its gossip is ignored.</summary>
    public double Gossip { get; init; } = -10;

    /// <summary>Below: own messages are not sent to the peer.</summary>
    public double Publish { get; init; } = -50;

    /// <summary>Below: the peer's messages are ignored.</summary>
    public double Graylist { get; init; } = -80;

    /// <summary>Above: peers that the peer recommends are dialled.</summary>
    public double AcceptExchange { get; init; } = 10;

    /// <summary>A mesh whose median score is below looks out for better peers.</summary>
    public double OpportunisticGraft { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Gossip, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Publish, Gossip);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Graylist, Publish);
        ArgumentOutOfRangeException.ThrowIfNegative(AcceptExchange);
        ArgumentOutOfRangeException.ThrowIfNegative(OpportunisticGraft);
    }
}
