using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Settlement;

/// <summary>What can be done with a node's stake. The token accounts that are named must exist.</summary>
public static class StakeInstructions
{
    /// <summary>
    /// Registers a node, or adds to its stake. <paramref name="peer"/> is the SHA-256 of its peer id.
    /// </summary>
    public static Instruction Add(Address program, Address owner, Address mint, ulong amount, ReadOnlySpan<byte> peer)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(peer.Length, 32, nameof(peer));
        (Address node, byte bump) = NodeState.Derive(program, owner);
        return new Instruction(
            program,
            [
                AccountMeta.WritableSigner(owner), AccountMeta.Writable(node),
                AccountMeta.ReadOnly(SettlementAccounts.Config(program)), SettlementAccounts.System,
                .. SettlementAccounts.PayIn(owner, node, mint),
            ],
            new InstructionData().Byte(10).Byte(bump).UInt64(amount).Bytes(peer).ToArray());
    }

    /// <summary>Begins the cool-down of a part of the stake, and anew that of what is cooling down already.</summary>
    public static Instruction Unstake(Address program, Address owner, ulong amount) => new(
        program,
        [
            AccountMeta.Signer(owner), AccountMeta.Writable(NodeState.Derive(program, owner).Address),
            AccountMeta.ReadOnly(SettlementAccounts.Config(program)),
        ],
        new InstructionData().Byte(11).UInt64(amount).ToArray());

    /// <summary>Takes what has cooled down.</summary>
    public static Instruction Withdraw(Address program, Address owner, Address mint)
    {
        Address node = NodeState.Derive(program, owner).Address;
        return new Instruction(
            program,
            [
                AccountMeta.Writable(node), AccountMeta.WritableSigner(owner),
                .. SettlementAccounts.PayIn(owner, node, mint),
            ],
            new byte[] { 12 });
    }

    /// <summary>Takes from a node what the committee attests, or what is left.</summary>
    public static Instruction Slash(
        Address program, Address mint, Attestation attestation, SettlementConfig config, byte signaturesAt)
    {
        ArgumentNullException.ThrowIfNull(attestation);
        ArgumentNullException.ThrowIfNull(config);
        return new Instruction(
            program,
            [
                AccountMeta.Writable(attestation.Subject), SettlementAccounts.Payout(config.Treasury, mint),
                AccountMeta.ReadOnly(SettlementAccounts.Config(program)), SettlementAccounts.Sysvar,
                .. SettlementAccounts.IsLamports(mint)
                    ? Array.Empty<AccountMeta>()
                    : SettlementAccounts.Vault(attestation.Subject, mint, burns: false),
            ],
            new InstructionData().Byte(13).UInt64(attestation.Amount).Bytes(attestation.Evidence.Span)
                .Byte(signaturesAt).ToArray());
    }
}
