using System.Text;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Libp2p.Noise;

/// <summary>
/// A node's Noise key for the life of the process, with the payload that ties it to the node's identity. One key
/// for all sessions is allowed (libp2p's noise specification, "Static Key Authentication") and saves a key
/// generation and a signature per handshake.
/// </summary>
internal sealed class NoiseIdentity
{
    private static readonly byte[] SignaturePrefix = Encoding.UTF8.GetBytes("noise-libp2p-static-key:");

    public NoiseIdentity(NodeIdentity node, IEnumerable<string> muxers)
    {
        Static = KeyPair.Generate();
        var payload = new NoiseHandshakePayload
        {
            IdentityKey = ByteString.CopyFrom(node.EncodedPublicKey.Span),
            IdentitySig = ByteString.CopyFrom(node.Sign([.. SignaturePrefix, .. Static.Public])),
            Extensions = new NoiseExtensions(),
        };
        payload.Extensions.StreamMuxers.AddRange(muxers);
        Payload = payload.ToByteArray();
    }

    public KeyPair Static { get; }

    /// <summary>What our handshake message carries: key, signature, and the muxers that we speak.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Checks a peer's payload against the Noise key that it used.</summary>
    /// <exception cref="NoiseException">The payload is broken, of another kind of key, or signed by somebody else.</exception>
    public static RemoteIdentity Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> remoteStatic)
    {
        NoiseHandshakePayload parsed = Parse(payload);
        byte[] key = DecodeKey(parsed.IdentityKey);

        // Noise specification of libp2p, "The libp2p Handshake Payload": an invalid signature ends the connection.
        if (!Ed25519.Verify(key, [.. SignaturePrefix, .. remoteStatic], parsed.IdentitySig.Span))
        {
            throw new NoiseException("The peer's identity key did not sign the Noise key that it uses.");
        }

        return new RemoteIdentity(PeerId.FromEd25519(key), parsed.Extensions?.StreamMuxers ?? []);
    }

    private static NoiseHandshakePayload Parse(ReadOnlySpan<byte> payload)
    {
        try
        {
            return NoiseHandshakePayload.Parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new NoiseException($"The peer's handshake payload is not readable: {broken.Message}", broken);
        }
    }

    private static byte[] DecodeKey(ByteString encoded)
    {
        if (PublicKeys.TryDecodeEd25519(encoded.Span, out byte[] key))
        {
            return key;
        }

        throw new NoiseException($"The peer's identity key is {Describe(encoded)}; only Ed25519 keys are accepted.");
    }

    private static string Describe(ByteString encoded)
    {
        try
        {
            PublicKey key = PublicKey.Parser.ParseFrom(encoded);
            return key.HasType && key.Type != KeyType.Ed25519 ? $"of the kind {key.Type}" : "broken";
        }
        catch (InvalidProtocolBufferException)
        {
            return "not readable";
        }
    }
}
