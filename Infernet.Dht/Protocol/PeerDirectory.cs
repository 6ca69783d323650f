using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using WirePeer = Infernet.Core.Schemas.Kad.Message.Types.Peer;

namespace Infernet.Dht.Protocol;

/// <summary>
/// Where other peers are, in the form that answers carry. The same few peers stand in nearly every answer, so their
/// encoding is kept for a while. Thread-safe; an encoded peer is shared and must not be changed.
/// </summary>
internal sealed class PeerDirectory(
    Func<PeerId, IReadOnlyList<Multiaddr>> addressesOf, AddressFilter filter, TimeProvider time)
{
    private const int MaxEntries = 2_048;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<PeerId, (WirePeer Peer, long At)> _encoded = [];

    /// <summary>The usable addresses of a peer.</summary>
    public IReadOnlyList<Multiaddr> AddressesOf(PeerId peer) => filter.Usable(peer, addressesOf(peer));

    /// <summary>The peer with its addresses; null if none is known, since it would be of no use to anybody.</summary>
    public WirePeer? Encode(PeerId peer)
    {
        if (_encoded.TryGetValue(peer, out (WirePeer Peer, long At) known) && time.GetElapsedTime(known.At) < Freshness)
        {
            return known.Peer;
        }

        IReadOnlyList<Multiaddr> addresses = AddressesOf(peer);
        if (addresses.Count == 0)
        {
            return null;
        }

        if (_encoded.Count >= MaxEntries)
        {
            _encoded.Clear();
        }

        WirePeer encoded = PeerCodec.Encode(peer, addresses);
        _encoded[peer] = (encoded, time.GetTimestamp());
        return encoded;
    }

    /// <summary>Forgets an encoding because the peer has said something new.</summary>
    public void Refresh(PeerId peer) => _encoded.TryRemove(peer, out _);
}
