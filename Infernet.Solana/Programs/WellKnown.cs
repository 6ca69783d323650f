using Infernet.Solana.Keys;

namespace Infernet.Solana.Programs;

/// <summary>Addresses that are the same on every cluster.</summary>
public static class WellKnown
{
    public static Address SystemProgram { get; }

    public static Address TokenProgram { get; } = Address.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    public static Address AssociatedTokenProgram { get; } =
        Address.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    public static Address ComputeBudgetProgram { get; } = Address.Parse("ComputeBudget111111111111111111111111111111");

    public static Address Ed25519Program { get; } = Address.Parse("Ed25519SigVerify111111111111111111111111111");

    public static Address MemoProgram { get; } = Address.Parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

    public static Address UpgradeableLoader { get; } = Address.Parse("BPFLoaderUpgradeab1e11111111111111111111111");

    public static Address InstructionsSysvar { get; } = Address.Parse("Sysvar1nstructions1111111111111111111111111");

    /// <summary>The cluster's date, as programs see it.</summary>
    public static Address ClockSysvar { get; } = Address.Parse("SysvarC1ock11111111111111111111111111111111");

    /// <summary>Lamports that arrive here are destroyed by the runtime at the end of the block.</summary>
    public static Address Incinerator { get; } = Address.Parse("1nc1nerator11111111111111111111111111111111");
}
