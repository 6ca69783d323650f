using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>
/// A peer that a PRUNE recommends, with its signed peer record; the record is empty if the sender has none.
/// </summary>
internal sealed record ExchangedPeer(PeerId Peer, ReadOnlyMemory<byte> SignedRecord);
