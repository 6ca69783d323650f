using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>An escrow as the chain holds it.</summary>
/// <param name="Key">What its address follows from.</param>
/// <param name="Vault">The token account of the amount; the default address for lamports.</param>
/// <param name="Amount">In the smallest unit.</param>
/// <param name="OpenedSlot">Part of what the committee signs.</param>
/// <param name="Expiry">Unix seconds; from here the payer gets it back.</param>
/// <param name="Terms">Fees.</param>
public sealed record EscrowState(
    EscrowKey Key, Address Vault, ulong Amount, ulong OpenedSlot, long Expiry, Terms Terms)
{
    public const int Length = 200;
    internal const ulong Tag = 3;

    /// <summary>Reads an account's data; false if it is no escrow.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out EscrowState state)
    {
        state = null!;
        var reader = new StateReader(data);
        if (!reader.Is(Tag, Length))
        {
            return false;
        }

        Address payer = reader.Address(), payee = reader.Address(), mint = reader.Address(), vault = reader.Address();
        state = new EscrowState(
            new EscrowKey(payer, payee, mint, reader.Hash()), vault,
            reader.UInt64(), reader.UInt64(), reader.Int64(), reader.Terms());
        return true;
    }
}
