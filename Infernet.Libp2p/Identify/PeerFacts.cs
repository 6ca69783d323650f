using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using IdentifyMessage = Infernet.Core.Schemas.Identify;

namespace Infernet.Libp2p.Identify;

/// <summary>Takes what a peer says of itself into the peer store, as far as it may be believed.</summary>
internal static class PeerFacts
{
    /// <summary>The longest agent name and protocol id that are kept, in characters.</summary>
    private const int MaxTextLength = 256;

    /// <summary>Separates signatures of peer records from all others.</summary>
    public const string RecordDomain = "libp2p-peer-record";

    /// <summary>The multicodec of a peer record (0x0301), as a varint.</summary>
    public static ReadOnlySpan<byte> RecordType => [0x03, 0x01];

    /// <summary>Applies a message; fields that are missing leave what is known as it is.</summary>
    /// <exception cref="MessageException">The message speaks of another peer.</exception>
    public static void Apply(IdentifyMessage message, PeerId peer, PeerStore store)
    {
        if (message.HasPublicKey && PeerId.FromPublicKey(message.PublicKey.Span) != peer)
        {
            throw new MessageException($"{peer} identified itself with the key of another peer.");
        }

        string[] protocols = [.. message.Protocols.Where(p => p.Length is > 0 and <= MaxTextLength)];
        string? agent = message.HasAgentVersion
            ? message.AgentVersion[..Math.Min(message.AgentVersion.Length, MaxTextLength)]
            : null;
        store.SetIdentity(peer, protocols.Length > 0 ? protocols : null, agent);
        store.Add(peer, Addresses(message, peer), AddressTrust.Claimed);
    }

    // The signed record is the peer's own word for its addresses; the plain list serves where there is none.
    private static IEnumerable<Multiaddr> Addresses(IdentifyMessage message, PeerId peer)
    {
        IEnumerable<ByteString> listed = message.ListenAddrs;
        if (message.HasSignedPeerRecord
            && SignedEnvelope.TryOpen(
                message.SignedPeerRecord.Span, RecordDomain, RecordType, PeerRecord.Parser,
                out PeerRecord record, out PeerId signer)
            && signer == peer
            && record.PeerId.Span.SequenceEqual(peer.Span))
        {
            listed = record.Addresses.Select(a => a.Multiaddr);
        }

        foreach (ByteString bytes in listed.Take(PeerStore.MaxAddressesPerPeer))
        {
            if (Multiaddr.TryParse(bytes.Span, out Multiaddr address))
            {
                yield return address;
            }
        }
    }
}
