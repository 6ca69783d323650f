using Infernet.Dht.Keys;

namespace Infernet.Dht.Lookups;

/// <summary>A peer that a look-up has heard of.</summary>
internal sealed class Candidate(KadPeer peer, KadKey distance)
{
    public KadPeer Peer { get; } = peer;

    /// <summary>How far the peer is from what is looked for.</summary>
    public KadKey Distance { get; } = distance;

    public CandidateState State { get; set; }

    /// <summary>When it was asked, as a timestamp of the look-up's clock.</summary>
    public long AskedAt { get; set; }
}
