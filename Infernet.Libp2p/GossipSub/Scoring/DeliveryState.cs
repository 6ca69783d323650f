namespace Infernet.Libp2p.GossipSub.Scoring;

/// <summary>What became of a message.</summary>
internal enum DeliveryState
{
    /// <summary>It is being validated.</summary>
    Pending,

    Accepted,

    Rejected,

    Ignored,
}
