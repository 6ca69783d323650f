using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub.Scoring;

/// <summary>Who delivered a message, and what became of it.</summary>
internal sealed class DeliveryRecord(string topic)
{
    public string Topic => topic;

    public DeliveryState State { get; set; }

    /// <summary>When it was found valid.</summary>
    public TimeSpan DecidedAt { get; set; }

    /// <summary>Everybody who sent it; each is counted once.</summary>
    public HashSet<PeerId> Peers { get; } = [];
}
