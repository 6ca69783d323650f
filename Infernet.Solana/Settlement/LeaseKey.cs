using Infernet.Solana.Keys;
using Infernet.Solana.Programs;

namespace Infernet.Solana.Settlement;

/// <summary>What makes a lease this one.</summary>
/// <param name="Renter">Who pays in advance.</param>
/// <param name="Provider">Who is paid by the second.</param>
/// <param name="Mint">What is paid in; the default address for lamports.</param>
/// <param name="Id">Tells several leases of the same two apart.</param>
public sealed record LeaseKey(Address Renter, Address Provider, Address Mint, ulong Id)
{
    /// <summary>The lease's address and its bump under a settlement program.</summary>
    public (Address Address, byte Bump) Derive(Address program) => ProgramAddress.Find(
        program, "lease"u8.ToArray(), Renter.ToArray(), Provider.ToArray(), Mint.ToArray(),
        new InstructionData().UInt64(Id).ToArray());
}
