using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Programs;

/// <summary>SPL Token: mints, token accounts, transfers. Amounts are in the mint's smallest unit.</summary>
public static class TokenProgram
{
    /// <summary>Bytes of a mint's account.</summary>
    public const int MintLength = 82;

    /// <summary>Bytes of a token account.</summary>
    public const int AccountLength = 165;

    // Where a token account has its mint, its owner, and whether it is in use (1) or frozen.
    private const int OwnerAt = 32;
    private const int StateAt = 108;

    /// <summary>Whether an account is one of these tokens, of this owner, and not frozen.</summary>
    /// <param name="program">Whose the account is.</param>
    /// <param name="data">Its data.</param>
    /// <param name="mint">The tokens'.</param>
    /// <param name="owner">Who may move them.</param>
    public static bool IsUsable(Address program, ReadOnlySpan<byte> data, Address mint, Address owner) =>
        program == WellKnown.TokenProgram && data.Length == AccountLength && data[StateAt] == 1
        && data[..Address.Length].SequenceEqual(mint.Span) && data.Slice(OwnerAt, Address.Length).SequenceEqual(owner.Span);

    public static Instruction InitializeMint(Address mint, byte decimals, Address authority) =>
        new(
            WellKnown.TokenProgram,
            [AccountMeta.Writable(mint)],
            new InstructionData().Byte(20).Byte(decimals).Address(authority).Byte(0).ToArray());

    public static Instruction InitializeAccount(Address account, Address mint, Address owner) =>
        new(
            WellKnown.TokenProgram,
            [AccountMeta.Writable(account), AccountMeta.ReadOnly(mint)],
            new InstructionData().Byte(18).Address(owner).ToArray());

    public static Instruction MintTo(Address mint, Address account, Address authority, ulong amount) =>
        new(
            WellKnown.TokenProgram,
            [AccountMeta.Writable(mint), AccountMeta.Writable(account), AccountMeta.Signer(authority)],
            new InstructionData().Byte(7).UInt64(amount).ToArray());

    /// <summary>A transfer that fails if mint or decimals are others than the caller believes.</summary>
    public static Instruction TransferChecked(
        Address source, Address mint, Address destination, Address owner, ulong amount, byte decimals) =>
        new(
            WellKnown.TokenProgram,
            [
                AccountMeta.Writable(source), AccountMeta.ReadOnly(mint), AccountMeta.Writable(destination),
                AccountMeta.Signer(owner),
            ],
            new InstructionData().Byte(12).UInt64(amount).Byte(decimals).ToArray());

    /// <summary>Closes an empty token account; its lamports go to <paramref name="destination"/>.</summary>
    public static Instruction CloseAccount(Address account, Address destination, Address owner) =>
        new(
            WellKnown.TokenProgram,
            [AccountMeta.Writable(account), AccountMeta.Writable(destination), AccountMeta.Signer(owner)],
            new InstructionData().Byte(9).ToArray());
}
