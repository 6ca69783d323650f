using System.Buffers;
using Google.Protobuf;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;
using Infernet.Libp2p.Hosting;
using IdentifyMessage = Infernet.Core.Schemas.Identify;

namespace Infernet.Libp2p.Identify;

/// <summary>
/// What this node says of itself. All but the observed address is the same for every peer, so it is made and signed
/// once per change.
/// </summary>
internal sealed class IdentifyAnswer(Libp2pHost host, ProtocolTable protocols, HostOptions options)
{
    /// <summary>The family of peers that this node belongs to; informative only.</summary>
    private const string ProtocolVersion = "infernet/0.1.0";

    private volatile Made? _made;
    private int _version = 1;

    /// <summary>Counts the changes of what this node says.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Forgets what was made, since something in it has changed.</summary>
    public void Invalidate() => Interlocked.Increment(ref _version);

    /// <summary>Appends the message, behind its length, and returns its version.</summary>
    public int Write(IBufferWriter<byte> output, Multiaddr? observed)
    {
        Made made = _made is { } current && current.Version == Version ? current : Make();
        byte[] common = made.Bytes;

        // Fields of a protobuf message may come in any order, so the one that differs is appended.
        byte[] rest = observed is null
            ? []
            : new IdentifyMessage { ObservedAddr = observed.ToByteString() }.ToByteArray();
        Varint.Write(output, (ulong)(common.Length + rest.Length));
        output.Write(common);
        output.Write(rest);
        return made.Version;
    }

    // The version is read first: a change that comes while the answer is made makes it stale at once.
    private Made Make()
    {
        int version = Version;
        var message = new IdentifyMessage
        {
            ProtocolVersion = ProtocolVersion,
            AgentVersion = options.AgentVersion,
            PublicKey = ByteString.CopyFrom(host.Identity.EncodedPublicKey.Span),
            SignedPeerRecord = ByteString.CopyFrom(MakeRecord()),
        };
        message.ListenAddrs.AddRange(host.ListenAddresses.Select(a => a.ToByteString()));
        message.Protocols.AddRange(protocols.Protocols);
        return _made = new Made(version, message.ToByteArray());
    }

    // RFC 0003, "Address Record Format": the sequence grows with each record; the time in milliseconds does.
    private byte[] MakeRecord()
    {
        var record = new PeerRecord
        {
            PeerId = host.Id.ToByteString(),
            Seq = (ulong)options.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        record.Addresses.AddRange(host.ListenAddresses.Select(
            a => new PeerRecord.Types.AddressInfo { Multiaddr = a.ToByteString() }));
        return SignedEnvelope.Seal(host.Identity, PeerFacts.RecordDomain, PeerFacts.RecordType, record);
    }

    private sealed record Made(int Version, byte[] Bytes);
}
