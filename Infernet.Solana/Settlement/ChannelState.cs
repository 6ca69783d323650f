using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>A channel as the chain holds it. Amounts in the smallest unit, times in Unix seconds.</summary>
/// <param name="Key">What its address follows from.</param>
/// <param name="Vault">The token account of the deposit; the default address for lamports.</param>
/// <param name="Deposit">Everything paid in.</param>
/// <param name="Settled">Everything paid out.</param>
/// <param name="Expiry">From here, plus the withdraw delay, the payer gets the rest.</param>
/// <param name="ReclaimAt">When the payer, who asked to close, gets the rest; 0 if it has not asked.</param>
/// <param name="WithdrawDelay">Seconds that the payee has to settle.</param>
/// <param name="Terms">Fees.</param>
public sealed record ChannelState(
    ChannelKey Key, Address Vault, ulong Deposit, ulong Settled, long Expiry, long ReclaimAt, long WithdrawDelay,
    Terms Terms)
{
    public const int Length = 232;
    internal const ulong Tag = 2;

    /// <summary>
    /// Reads an account's data; false if it is no channel. That the program owns it, the caller checks.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out ChannelState state)
    {
        state = null!;
        var reader = new StateReader(data);
        if (!reader.Is(Tag, Length))
        {
            return false;
        }

        Address payer = reader.Address(), payee = reader.Address(), mint = reader.Address(), signer = reader.Address();
        Address vault = reader.Address();
        ulong salt = reader.UInt64(), slot = reader.UInt64();
        state = new ChannelState(
            new ChannelKey(payer, payee, mint, signer, salt, slot), vault,
            reader.UInt64(), reader.UInt64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Terms());
        return true;
    }
}
