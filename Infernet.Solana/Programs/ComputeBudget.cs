using Infernet.Solana.Transactions;

namespace Infernet.Solana.Programs;

/// <summary>What a transaction may compute, and what it offers for being taken early.</summary>
public static class ComputeBudget
{
    /// <summary>At most this many compute units; those that are not asked for are not paid for.</summary>
    public static Instruction SetUnitLimit(uint units) =>
        new(WellKnown.ComputeBudgetProgram, [], new InstructionData().Byte(2).UInt32(units).ToArray());

    /// <summary>The priority fee, in millionths of a lamport a unit.</summary>
    public static Instruction SetUnitPrice(ulong microLamports) =>
        new(WellKnown.ComputeBudgetProgram, [], new InstructionData().Byte(3).UInt64(microLamports).ToArray());
}
