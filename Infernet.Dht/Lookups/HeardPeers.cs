using Google.Protobuf;
using Google.Protobuf.Collections;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Protocol;
using WirePeer = Infernet.Core.Schemas.Kad.Message.Types.Peer;

namespace Infernet.Dht.Lookups;

/// <summary>
/// The peers that answers of one look-up named, with what was said about where they are. The same few are named over
/// and over, so each is parsed and hashed once. Bounded; not thread-safe.
/// </summary>
internal sealed class HeardPeers(PeerCodec codec, MessageLimits limits)
{
    private const int MaxPeers = 4_096;
    private readonly Dictionary<ByteString, Named> _byWireId = [];
    private readonly Dictionary<KadKey, Named> _byKey = [];

    /// <summary>Takes in an answer's peers, as many as are looked at; those that can't be read are left out.</summary>
    public IReadOnlyCollection<KadPeer> Take(RepeatedField<WirePeer> peers)
    {
        var taken = new List<KadPeer>(Math.Min(peers.Count, limits.MaxCloserPeers));
        for (int i = 0; i < peers.Count && i < limits.MaxCloserPeers; i++)
        {
            if (Find(peers[i]) is { } named)
            {
                taken.Add(named.Peer);
            }
        }

        return taken;
    }

    /// <summary>Where a peer is, by the word of those that named it.</summary>
    public IReadOnlyList<Multiaddr> AddressesOf(KadPeer peer) =>
        _byKey.TryGetValue(peer.Key, out Named? named) ? named.Addresses : [];

    private Named? Find(WirePeer peer)
    {
        if (_byWireId.TryGetValue(peer.Id, out Named? known))
        {
            // One liar must not decide where a peer is, so other versions are added.
            if (!known.Said.Equals(peer.Addrs) && known.Addresses.Count < limits.MaxAddressesPerPeer)
            {
                known.Addresses =
                [
                    .. known.Addresses.Union(codec.DecodeAddresses(known.Peer.Id, peer.Addrs))
                        .Take(limits.MaxAddressesPerPeer),
                ];
            }

            return known;
        }

        if (_byWireId.Count >= MaxPeers || !PeerId.TryParse(peer.Id.Span, out PeerId id))
        {
            return null;
        }

        var named = new Named(KadPeer.Of(id), peer.Addrs, codec.DecodeAddresses(id, peer.Addrs));
        _byWireId.Add(peer.Id, named);
        _byKey[named.Peer.Key] = named;
        return named;
    }

    private sealed class Named(KadPeer peer, RepeatedField<ByteString> said, IReadOnlyList<Multiaddr> addresses)
    {
        public KadPeer Peer { get; } = peer;

        public RepeatedField<ByteString> Said { get; } = said;

        public IReadOnlyList<Multiaddr> Addresses { get; set; } = addresses;
    }
}
