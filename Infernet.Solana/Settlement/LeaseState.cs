using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>A lease as the chain holds it.</summary>
/// <param name="Key">What its address follows from.</param>
/// <param name="Vault">The token account of the deposit; the default address for lamports.</param>
/// <param name="Price">Of a second, in the smallest unit.</param>
/// <param name="Seconds">How long it runs.</param>
/// <param name="Released">What was paid out so far.</param>
/// <param name="Start">Unix seconds.</param>
/// <param name="Terms">Fees.</param>
public sealed record LeaseState(
    LeaseKey Key, Address Vault, ulong Price, ulong Seconds, ulong Released, long Start, Terms Terms)
{
    public const int Length = 184;
    internal const ulong Tag = 5;

    /// <summary>Reads an account's data; false if it is no lease.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out LeaseState state)
    {
        state = null!;
        var reader = new StateReader(data);
        if (!reader.Is(Tag, Length))
        {
            return false;
        }

        Address renter = reader.Address(), provider = reader.Address(), mint = reader.Address();
        Address vault = reader.Address();
        state = new LeaseState(
            new LeaseKey(renter, provider, mint, reader.UInt64()), vault,
            reader.UInt64(), reader.UInt64(), reader.UInt64(), reader.Int64(), reader.Terms());
        return true;
    }
}
