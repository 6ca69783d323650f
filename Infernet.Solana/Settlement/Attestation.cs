using Infernet.Solana.Keys;
using Infernet.Solana.Programs;

namespace Infernet.Solana.Settlement;

/// <summary>
/// What a member of the committee signs: on this evidence, this amount, from this account, on this one occasion.
/// </summary>
/// <param name="Program">The settlement program.</param>
/// <param name="Subject">The escrow, or the node's account.</param>
/// <param name="Evidence">32 bytes: the hash of what the verdict rests on.</param>
/// <param name="Action">What it allows.</param>
/// <param name="Amount">In the smallest unit.</param>
/// <param name="Slot">The slot in which the subject came to be.</param>
/// <param name="Sequence">How often a node was slashed before; 0 for an escrow.</param>
public sealed record Attestation(
    Address Program, Address Subject, ReadOnlyMemory<byte> Evidence, AttestationAction Action, ulong Amount, ulong Slot,
    ulong Sequence)
{
    public const int EvidenceLength = 32;

    /// <summary>The 144 bytes that are signed.</summary>
    public byte[] Encode()
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Evidence.Length, EvidenceLength, nameof(Evidence));
        return new InstructionData()
            .Bytes("INFERNET-ATTEST1"u8).Address(Program).Address(Subject).Bytes(Evidence.Span)
            .UInt64((ulong)Action).UInt64(Amount).UInt64(Slot).UInt64(Sequence).ToArray();
    }
}
