using System.Buffers;
using System.Text;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Core.Wire;

/// <summary>
/// libp2p's signed envelope: bytes, what they are, and whose word they are. Adverts, receipts and peer records travel
/// in it. Source: https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md. The domain separates
/// the uses, so that a signature made for one can't be passed off as another.
/// </summary>
public static class SignedEnvelope
{
    /// <summary>Signs <paramref name="message"/> and returns the envelope's bytes.</summary>
    public static byte[] Seal(NodeIdentity signer, string domain, ReadOnlySpan<byte> payloadType, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(signer);
        byte[] payload = message.ToByteArray();
        return new Envelope
        {
            PublicKey = PublicKey.Parser.ParseFrom(signer.EncodedPublicKey.Span),
            PayloadType = ByteString.CopyFrom(payloadType),
            Payload = ByteString.CopyFrom(payload),
            Signature = ByteString.CopyFrom(signer.Sign(SignedBytes(domain, payloadType, payload))),
        }.ToByteArray();
    }

    /// <summary>
    /// Opens an envelope: false if it is no envelope, is about something else, is signed by a key of another kind
    /// than Ed25519, or its signature is wrong. The caller bounds the size before.
    /// </summary>
    public static bool TryOpen<T>(
        ReadOnlySpan<byte> envelope, string domain, ReadOnlySpan<byte> payloadType, MessageParser<T> parser,
        out T message, out PeerId signer)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(parser);
        message = null!;
        signer = null!;
        try
        {
            Envelope opened = Envelope.Parser.ParseFrom(envelope);
            if (opened.PublicKey is not { HasType: true, Type: KeyType.Ed25519 } key
                || !opened.PayloadType.Span.SequenceEqual(payloadType)
                || !Ed25519.Verify(
                    key.Data.Span, SignedBytes(domain, payloadType, opened.Payload.Span), opened.Signature.Span))
            {
                return false;
            }

            signer = PeerId.FromEd25519(key.Data.Span);
            message = parser.ParseFrom(opened.Payload);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    // RFC 0002, "Signature Production / Verification": each part is prefixed by its length.
    private static byte[] SignedBytes(string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Append(bytes, Encoding.UTF8.GetBytes(domain));
        Append(bytes, payloadType);
        Append(bytes, payload);
        return bytes.WrittenSpan.ToArray();
    }

    private static void Append(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> part)
    {
        Varint.Write(bytes, (ulong)part.Length);
        bytes.Write(part);
    }
}
