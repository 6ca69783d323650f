using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Settlement;

/// <summary>
/// The accounts that several instructions share. Whatever is in tokens lies in associated token accounts: a
/// contract's vault is that of its own address.
/// </summary>
internal static class SettlementAccounts
{
    public static bool IsLamports(Address mint) => mint == default;

    public static Address Config(Address program) => ProgramAddress.Find(program, "config"u8.ToArray()).Address;

    /// <summary>Where somebody is paid: the account itself, or its token account.</summary>
    public static AccountMeta Payout(Address owner, Address mint) =>
        AccountMeta.Writable(IsLamports(mint) ? owner : AssociatedToken.Find(owner, mint));

    /// <summary>Source, vault, mint and program, for paying in; nothing for lamports.</summary>
    public static AccountMeta[] PayIn(Address source, Address contract, Address mint) => IsLamports(mint)
        ? []
        : [AccountMeta.Writable(AssociatedToken.Find(source, mint)), .. Vault(contract, mint, burns: false)];

    /// <summary>Vault, mint and program; for lamports the incinerator.</summary>
    public static AccountMeta[] VaultOrIncinerator(Address contract, Address mint) => IsLamports(mint)
        ? [AccountMeta.Writable(WellKnown.Incinerator)]
        : Vault(contract, mint, burns: true);

    public static AccountMeta[] Vault(Address contract, Address mint, bool burns) =>
    [
        AccountMeta.Writable(AssociatedToken.Find(contract, mint)),
        new AccountMeta(mint, IsSigner: false, IsWritable: burns),
        AccountMeta.ReadOnly(WellKnown.TokenProgram),
    ];

    /// <summary>Payee, treasury, platform and configuration: where every divided payment goes.</summary>
    public static AccountMeta[] Divided(Address program, Address payee, Address mint, SettlementConfig config) =>
    [
        Payout(payee, mint), Payout(config.Treasury, mint), Payout(config.Platform, mint),
        AccountMeta.ReadOnly(Config(program)),
    ];

    public static AccountMeta System { get; } = AccountMeta.ReadOnly(WellKnown.SystemProgram);

    public static AccountMeta Sysvar { get; } = AccountMeta.ReadOnly(WellKnown.InstructionsSysvar);
}
