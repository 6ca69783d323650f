using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Programs;

/// <summary>Makes accounts and moves lamports.</summary>
public static class SystemProgram
{
    public static Instruction CreateAccount(
        Address payer, Address account, ulong lamports, ulong space, Address owner) =>
        new(
            WellKnown.SystemProgram,
            [AccountMeta.WritableSigner(payer), AccountMeta.WritableSigner(account)],
            new InstructionData().UInt32(0).UInt64(lamports).UInt64(space).Address(owner).ToArray());

    public static Instruction Transfer(Address from, Address to, ulong lamports) =>
        new(
            WellKnown.SystemProgram,
            [AccountMeta.WritableSigner(from), AccountMeta.Writable(to)],
            new InstructionData().UInt32(2).UInt64(lamports).ToArray());
}
