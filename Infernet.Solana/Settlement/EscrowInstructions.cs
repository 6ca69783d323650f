using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Settlement;

/// <summary>What can be done with an escrow. The token accounts that are named must exist.</summary>
public static class EscrowInstructions
{
    /// <summary>Deposits the amount; <paramref name="expiry"/> is Unix time in seconds.</summary>
    public static Instruction Authorise(Address program, EscrowKey key, ulong amount, long expiry)
    {
        ArgumentNullException.ThrowIfNull(key);
        (Address escrow, byte bump) = key.Derive(program);
        return new Instruction(
            program,
            [
                AccountMeta.WritableSigner(key.Payer), AccountMeta.Writable(escrow), AccountMeta.ReadOnly(key.Payee),
                AccountMeta.ReadOnly(SettlementAccounts.Config(program)), SettlementAccounts.System,
                .. SettlementAccounts.PayIn(key.Payer, escrow, key.Mint),
            ],
            new InstructionData().Byte(7).Byte(bump).Bytes(key.Job.Span).UInt64(amount).Int64(expiry)
                .Address(key.Mint).ToArray());
    }

    /// <summary>Pays what the committee attests, and gives the rest back.</summary>
    public static Instruction Release(
        Address program, EscrowKey key, Attestation attestation, SettlementConfig config, byte signaturesAt)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(attestation);
        ArgumentNullException.ThrowIfNull(config);
        return new Instruction(
            program,
            [
                AccountMeta.Writable(attestation.Subject),
                .. SettlementAccounts.Divided(program, key.Payee, key.Mint, config),
                SettlementAccounts.Sysvar, AccountMeta.Writable(key.Payer),
                .. SettlementAccounts.VaultOrIncinerator(attestation.Subject, key.Mint),
                .. SettlementAccounts.IsLamports(key.Mint)
                    ? Array.Empty<AccountMeta>() : [SettlementAccounts.Payout(key.Payer, key.Mint)],
            ],
            new InstructionData().Byte(8).UInt64(attestation.Amount).Bytes(attestation.Evidence.Span)
                .Byte(signaturesAt).ToArray());
    }

    /// <summary>Gives an expired escrow back; anybody may send it.</summary>
    public static Instruction Refund(Address program, EscrowKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Address escrow = key.Derive(program).Address;
        return new Instruction(
            program,
            [
                AccountMeta.Writable(escrow), AccountMeta.Writable(key.Payer),
                .. SettlementAccounts.PayIn(key.Payer, escrow, key.Mint),
            ],
            new byte[] { 9 });
    }
}
