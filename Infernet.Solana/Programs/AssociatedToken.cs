using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Programs;

/// <summary>The one token account per owner and mint that everybody finds without being told.</summary>
public static class AssociatedToken
{
    public static Address Find(Address owner, Address mint) => ProgramAddress.Find(
        WellKnown.AssociatedTokenProgram, owner.ToArray(), WellKnown.TokenProgram.ToArray(), mint.ToArray()).Address;

    /// <summary>Makes the account; one that is there already is no error.</summary>
    public static Instruction CreateIdempotent(Address payer, Address owner, Address mint) =>
        new(
            WellKnown.AssociatedTokenProgram,
            [
                AccountMeta.WritableSigner(payer), AccountMeta.Writable(Find(owner, mint)), AccountMeta.ReadOnly(owner),
                AccountMeta.ReadOnly(mint), AccountMeta.ReadOnly(WellKnown.SystemProgram),
                AccountMeta.ReadOnly(WellKnown.TokenProgram),
            ],
            new byte[] { 1 });
}
