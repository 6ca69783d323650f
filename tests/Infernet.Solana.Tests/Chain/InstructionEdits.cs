using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Chain;

/// <summary>Makes of a proper instruction one that a cheat would send.</summary>
internal static class InstructionEdits
{
    public static Instruction Replace(this Instruction instruction, int account, Address by) => instruction with
    {
        Accounts = [.. instruction.Accounts.Select((a, i) => i == account ? a with { Address = by } : a)],
    };

    public static Instruction Unsigned(this Instruction instruction, int account) => instruction with
    {
        Accounts = [.. instruction.Accounts.Select((a, i) => i == account ? a with { IsSigner = false } : a)],
    };

    public static Instruction WithByte(this Instruction instruction, int at, byte value)
    {
        byte[] data = instruction.Data.ToArray();
        data[at] = value;
        return instruction with { Data = data };
    }

    public static Instruction WithData(this Instruction instruction, byte[] data) => instruction with { Data = data };

    public static Instruction WithAccounts(this Instruction instruction, int count) =>
        instruction with { Accounts = [.. instruction.Accounts.Take(count)] };
}
