using System.Buffers.Binary;

namespace Infernet.Libp2p.Noise;

/// <summary>
/// The sending half of a secured connection: seals plaintext that already lies in the send buffer, so that nothing
/// is copied. Owned by whoever sends at the moment.
/// </summary>
internal sealed class NoiseWriter(CipherState cipher) : IDisposable
{
    /// <summary>What sealing adds in front of and behind the plaintext.</summary>
    public const int Overhead = NoiseReader.PrefixLength + CipherState.TagLength;

    /// <summary>Where the plaintext starts in the buffer.</summary>
    public const int PlaintextOffset = NoiseReader.PrefixLength;

    /// <summary>The longest plaintext of one message: the whole message has at most 65,535 bytes.</summary>
    public const int MaxPlaintext = ushort.MaxValue - CipherState.TagLength;

    /// <summary>
    /// Seals the plaintext at <see cref="PlaintextOffset"/> in place and returns the length of the whole frame.
    /// </summary>
    public int Seal(Span<byte> buffer, int plaintextLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plaintextLength, MaxPlaintext);
        int length = plaintextLength + CipherState.TagLength;
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        Span<byte> message = buffer.Slice(PlaintextOffset, length);
        cipher.Encrypt(message[..plaintextLength], message);
        return NoiseReader.PrefixLength + length;
    }

    /// <summary>Seals a short message into an array of its own.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext)
    {
        byte[] buffer = new byte[plaintext.Length + Overhead];
        plaintext.CopyTo(buffer.AsSpan(PlaintextOffset));
        Seal(buffer, plaintext.Length);
        return buffer;
    }

    public void Dispose() => cipher.Dispose();
}
