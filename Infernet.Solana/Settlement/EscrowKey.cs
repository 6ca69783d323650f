using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>What makes an escrow this one.</summary>
/// <param name="Payer">Who deposits.</param>
/// <param name="Payee">Who is paid when the committee says so.</param>
/// <param name="Mint">What is paid in; the default address for lamports.</param>
/// <param name="Job">32 bytes that name the job.</param>
public sealed record EscrowKey(Address Payer, Address Payee, Address Mint, ReadOnlyMemory<byte> Job)
{
    public const int JobLength = 32;

    /// <summary>The escrow's address and its bump under a settlement program.</summary>
    public (Address Address, byte Bump) Derive(Address program) => ProgramAddress.Find(
        program, "escrow"u8.ToArray(), Payer.ToArray(), Payee.ToArray(), Mint.ToArray(), Job);
}
