using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Settlement;

/// <summary>What can be done with a channel. The token accounts that are named must exist.</summary>
public static class ChannelInstructions
{
    /// <summary>Opens it with a deposit; <paramref name="expiry"/> is Unix time in seconds.</summary>
    public static Instruction Open(Address program, ChannelKey key, ulong deposit, long expiry)
    {
        ArgumentNullException.ThrowIfNull(key);
        (Address channel, byte bump) = key.Derive(program);
        return new Instruction(
            program,
            [
                AccountMeta.WritableSigner(key.Payer), AccountMeta.Writable(channel), AccountMeta.ReadOnly(key.Payee),
                AccountMeta.ReadOnly(SettlementAccounts.Config(program)), SettlementAccounts.System,
                .. SettlementAccounts.PayIn(key.Payer, channel, key.Mint),
            ],
            new InstructionData().Byte(1).Byte(bump).UInt64(key.Salt).UInt64(key.OpenSlot).UInt64(deposit).Int64(expiry)
                .Address(key.Signer).Address(key.Mint).ToArray());
    }

    /// <summary>Adds to the deposit, and lengthens the term if <paramref name="expiry"/> is not 0.</summary>
    public static Instruction TopUp(Address program, ChannelKey key, ulong amount, long expiry)
    {
        ArgumentNullException.ThrowIfNull(key);
        Address channel = key.Derive(program).Address;
        return new Instruction(
            program,
            [
                AccountMeta.WritableSigner(key.Payer), AccountMeta.Writable(channel), SettlementAccounts.System,
                .. SettlementAccounts.PayIn(key.Payer, channel, key.Mint),
            ],
            new InstructionData().Byte(2).UInt64(amount).Int64(expiry).ToArray());
    }

    /// <summary>
    /// Pays what a voucher is above the last one. The voucher's signature must be the transaction's instruction number
    /// <paramref name="signatureAt"/>, made by <see cref="Ed25519Program.Verify"/>.
    /// </summary>
    public static Instruction Settle(
        Address program, ChannelKey key, Voucher voucher, SettlementConfig config, byte signatureAt)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(config);
        return new Instruction(
            program,
            [
                AccountMeta.Writable(voucher.Channel),
                .. SettlementAccounts.Divided(program, key.Payee, key.Mint, config),
                SettlementAccounts.Sysvar,
                .. SettlementAccounts.VaultOrIncinerator(voucher.Channel, key.Mint),
            ],
            new InstructionData().Byte(3).UInt64(voucher.Cumulative).Int64(voucher.ExpiresAt).Byte(signatureAt)
                .ToArray());
    }

    /// <summary>Both sign: the rest goes back to the payer at once.</summary>
    public static Instruction Close(Address program, ChannelKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Address channel = key.Derive(program).Address;
        return new Instruction(
            program,
            [
                AccountMeta.Writable(channel), AccountMeta.WritableSigner(key.Payer), AccountMeta.Signer(key.Payee),
                .. SettlementAccounts.PayIn(key.Payer, channel, key.Mint),
            ],
            new byte[] { 4 });
    }

    /// <summary>The payer asks for the rest; the payee has the withdraw delay to settle.</summary>
    public static Instruction RequestClose(Address program, ChannelKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new Instruction(
            program,
            [AccountMeta.Writable(key.Derive(program).Address), AccountMeta.Signer(key.Payer)],
            new byte[] { 5 });
    }

    /// <summary>The payer gets the rest, when its time has come; anybody may send it.</summary>
    public static Instruction Reclaim(Address program, ChannelKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Address channel = key.Derive(program).Address;
        return new Instruction(
            program,
            [
                AccountMeta.Writable(channel), AccountMeta.Writable(key.Payer),
                .. SettlementAccounts.PayIn(key.Payer, channel, key.Mint),
            ],
            new byte[] { 6 });
    }
}
