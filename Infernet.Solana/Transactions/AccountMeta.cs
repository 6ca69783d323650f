using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>An account that an instruction names, and what the instruction may do with it.</summary>
public readonly record struct AccountMeta(Address Address, bool IsSigner, bool IsWritable)
{
    public static AccountMeta ReadOnly(Address address) => new(address, false, false);

    public static AccountMeta Writable(Address address) => new(address, false, true);

    public static AccountMeta Signer(Address address) => new(address, true, false);

    public static AccountMeta WritableSigner(Address address) => new(address, true, true);
}
