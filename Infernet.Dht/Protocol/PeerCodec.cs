using Google.Protobuf;
using Google.Protobuf.Collections;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using WirePeer = Infernet.Core.Schemas.Kad.Message.Types.Peer;

namespace Infernet.Dht.Protocol;

/// <summary>Peers as messages carry them. Peers and addresses that can't be read are left out. Pure.</summary>
internal sealed class PeerCodec(AddressFilter filter)
{
    /// <summary>Writes a peer.</summary>
    public static WirePeer Encode(PeerId peer, IEnumerable<Multiaddr> addresses)
    {
        var encoded = new WirePeer { Id = peer.ToByteString() };
        foreach (Multiaddr address in addresses)
        {
            encoded.Addrs.Add(address.ToByteString());
        }

        return encoded;
    }

    /// <summary>Reads at most so many peers.</summary>
    public IReadOnlyList<PeerInfo> Decode(RepeatedField<WirePeer> peers, int limit)
    {
        var decoded = new List<PeerInfo>(Math.Min(peers.Count, limit));
        foreach (WirePeer peer in peers)
        {
            if (decoded.Count == limit)
            {
                break;
            }

            if (PeerId.TryParse(peer.Id.Span, out PeerId id))
            {
                decoded.Add(new PeerInfo(id, DecodeAddresses(id, peer.Addrs)));
            }
        }

        return decoded;
    }

    /// <summary>Reads a peer's usable addresses.</summary>
    public IReadOnlyList<Multiaddr> DecodeAddresses(PeerId peer, RepeatedField<ByteString> addresses) =>
        filter.Usable(peer, Parse(addresses));

    private static IEnumerable<Multiaddr> Parse(RepeatedField<ByteString> addresses)
    {
        foreach (ByteString bytes in addresses)
        {
            if (Multiaddr.TryParse(bytes.Span, out Multiaddr address))
            {
                yield return address;
            }
        }
    }
}
