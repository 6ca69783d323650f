using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Settlement;

/// <summary>What can be done with a lease. The token accounts that are named must exist.</summary>
public static class LeaseInstructions
{
    /// <summary>Prepays so many seconds from now.</summary>
    public static Instruction Create(Address program, LeaseKey key, ulong pricePerSecond, ulong seconds)
    {
        ArgumentNullException.ThrowIfNull(key);
        (Address lease, byte bump) = key.Derive(program);
        return new Instruction(
            program,
            [
                AccountMeta.WritableSigner(key.Renter), AccountMeta.Writable(lease),
                new AccountMeta(key.Provider, IsSigner: false, IsWritable: SettlementAccounts.IsLamports(key.Mint)),
                AccountMeta.ReadOnly(SettlementAccounts.Config(program)), SettlementAccounts.System,
                .. SettlementAccounts.PayIn(key.Renter, lease, key.Mint),
            ],
            new InstructionData().Byte(14).Byte(bump).UInt64(key.Id).UInt64(pricePerSecond).UInt64(seconds)
                .Address(key.Mint).ToArray());
    }

    /// <summary>Pays the provider the time that has passed; anybody may send it.</summary>
    public static Instruction Release(Address program, LeaseKey key, SettlementConfig config)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(config);
        Address lease = key.Derive(program).Address;
        return new Instruction(
            program,
            [
                AccountMeta.Writable(lease), .. SettlementAccounts.Divided(program, key.Provider, key.Mint, config),
                .. SettlementAccounts.VaultOrIncinerator(lease, key.Mint),
            ],
            new byte[] { 15 });
    }

    /// <summary>Pays what is due and gives the rest back. Either side may; after its end anybody.</summary>
    public static Instruction Cancel(Address program, LeaseKey key, SettlementConfig config, Address who)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(config);
        Address lease = key.Derive(program).Address;
        return new Instruction(
            program,
            [
                AccountMeta.Writable(lease), .. SettlementAccounts.Divided(program, key.Provider, key.Mint, config),
                AccountMeta.Signer(who), AccountMeta.Writable(key.Renter),
                .. SettlementAccounts.VaultOrIncinerator(lease, key.Mint),
                .. SettlementAccounts.IsLamports(key.Mint)
                    ? Array.Empty<AccountMeta>() : [SettlementAccounts.Payout(key.Renter, key.Mint)],
            ],
            new byte[] { 16 });
    }
}
