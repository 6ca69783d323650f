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

        // The signed record is the peer's own word for its addresses; the plain list serves where there is none.
        if (!message.HasSignedPeerRecord || !TryAddRecord(message.SignedPeerRecord.Span, peer, store))
        {
            store.Add(peer, Parse(message.ListenAddrs), AddressTrust.Claimed);
        }
    }

    /// <summary>Takes in a signed record; false if it is none, or not the peer's own.</summary>
    public static bool TryAddRecord(ReadOnlySpan<byte> signedRecord, PeerId peer, PeerStore store)
    {
        bool isOwn = SignedEnvelope.TryOpen(
                signedRecord, RecordDomain, RecordType, PeerRecord.Parser, out PeerRecord record, out PeerId signer)
            && signer == peer
            && record.PeerId.Span.SequenceEqual(peer.Span);
        if (isOwn)
        {
            store.Add(peer, Parse(record.Addresses.Select(a => a.Multiaddr)), AddressTrust.Claimed);
            store.SetRecord(peer, signedRecord, record.Seq);
        }

        return isOwn;
    }

    private static IEnumerable<Multiaddr> Parse(IEnumerable<ByteString> listed)
    {
        foreach (ByteString bytes in listed.Take(PeerStore.MaxAddressesPerPeer))
        {
            if (Multiaddr.TryParse(bytes.Span, out Multiaddr address))
            {
                yield return address;
            }
        }
    }
}
