using Infernet.Core.Identity;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Programs;

/// <summary>
/// The precompile that verifies Ed25519 signatures before a transaction runs; a program then reads its instruction.
/// Source: https://solana.com/docs/core/programs/precompiles, "Ed25519 Signature Program".
/// </summary>
public static class Ed25519Program
{
    /// <summary>More do not fit one transaction beside the accounts that they are for.</summary>
    public const int MaxSignatures = 7;

    private const int HeaderLength = 2;
    private const int OffsetsLength = 14;

    /// <summary>
    /// "In this very instruction". All three indices say so, or the bytes that are verified and the bytes that a
    /// program reads could be different ones.
    /// </summary>
    private const ushort ThisInstruction = ushort.MaxValue;

    /// <summary>One message under one or several signatures.</summary>
    public static Instruction Verify(ReadOnlySpan<byte> message, params ReadOnlySpan<Ed25519Signature> signatures)
    {
        ArgumentOutOfRangeException.ThrowIfZero(signatures.Length, nameof(signatures));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(signatures.Length, MaxSignatures, nameof(signatures));
        const int EntryLength = Ed25519.PublicKeyLength + Ed25519.SignatureLength;
        int keysAt = HeaderLength + (signatures.Length * OffsetsLength);
        int messageAt = keysAt + (signatures.Length * EntryLength);
        var data = new InstructionData().Byte((byte)signatures.Length).Byte(0);
        for (int i = 0; i < signatures.Length; i++)
        {
            int keyAt = keysAt + (i * EntryLength);
            data.UInt16((ushort)(keyAt + Ed25519.PublicKeyLength)).UInt16(ThisInstruction)
                .UInt16((ushort)keyAt).UInt16(ThisInstruction)
                .UInt16((ushort)messageAt).UInt16((ushort)message.Length).UInt16(ThisInstruction);
        }

        foreach (Ed25519Signature entry in signatures)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(
                entry.Signature.Length, Ed25519.SignatureLength, nameof(signatures));
            data.Address(entry.Signer).Bytes(entry.Signature.Span);
        }

        return new Instruction(WellKnown.Ed25519Program, [], data.Bytes(message).ToArray());
    }
}
