using System.Buffers.Binary;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>
/// A payer's promise: this channel owes so much in all, in the mint's smallest unit. Each one replaces those before.
/// Source: x402's batch-settlement scheme for Solana, the voucher's 50 bytes.
/// </summary>
/// <param name="Channel">The channel's address, which no other channel ever has.</param>
/// <param name="Cumulative">Everything owed since the channel opened.</param>
/// <param name="ExpiresAt">Unix time in seconds from which it is worth nothing; 0 for never.</param>
public readonly record struct Voucher(Address Channel, ulong Cumulative, long ExpiresAt)
{
    public const int Length = 50;

    private const byte Kind = 0x56;
    private const byte Version = 1;
    private const int AmountAt = 2 + Address.Length;
    private const int ExpiryAt = AmountAt + sizeof(ulong);

    /// <summary>The bytes that the channel's signer signs.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Length];
        bytes[0] = Kind;
        bytes[1] = Version;
        Channel.Span.CopyTo(bytes.AsSpan(2));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(AmountAt), Cumulative);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(ExpiryAt), ExpiresAt);
        return bytes;
    }

    /// <summary>Reads a voucher; false for any other bytes. The signature is another matter.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Voucher voucher)
    {
        voucher = default;
        if (bytes.Length != Length || bytes[0] != Kind || bytes[1] != Version)
        {
            return false;
        }

        voucher = new Voucher(
            new Address(bytes.Slice(2, Address.Length)),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[AmountAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[ExpiryAt..]));
        return true;
    }

    public byte[] Sign(SolanaKey signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return signer.Sign(Encode());
    }

    public bool IsSignedBy(Address signer, ReadOnlySpan<byte> signature) =>
        Ed25519.Verify(signer.Span, Encode(), signature);
}
