using Infernet.Solana.Keys;
using Infernet.Solana.Programs;

namespace Infernet.Solana.Settlement;

/// <summary>
/// What makes a channel this one: its address follows from these six, so that a reopened one is another.
/// </summary>
/// <param name="Payer">Who deposits.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="Mint">What is paid in; the default address for lamports.</param>
/// <param name="Signer">The key that signs vouchers.</param>
/// <param name="Salt">Tells several channels of the same two apart.</param>
/// <param name="OpenSlot">A slot of the last 150 when the channel opens.</param>
public sealed record ChannelKey(
    Address Payer, Address Payee, Address Mint, Address Signer, ulong Salt, ulong OpenSlot)
{
    /// <summary>The channel's address and its bump under a settlement program.</summary>
    public (Address Address, byte Bump) Derive(Address program) => ProgramAddress.Find(
        program, "channel"u8.ToArray(), Payer.ToArray(), Payee.ToArray(), Mint.ToArray(), Signer.ToArray(),
        new InstructionData().UInt64(Salt).UInt64(OpenSlot).ToArray());
}
