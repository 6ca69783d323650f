namespace Infernet.Solana.Settlement;

/// <summary>The fees that were in force when a contract opened, in basis points; they do not change under it.</summary>
/// <param name="Protocol">Of what is paid.</param>
/// <param name="Platform">Of what is paid.</param>
/// <param name="Burn">Of the protocol's share.</param>
/// <param name="Decimals">The mint's.</param>
/// <param name="Bump">The address's.</param>
public readonly record struct Terms(ushort Protocol, ushort Platform, ushort Burn, byte Decimals, byte Bump)
{
    private const ulong Whole = 10_000;

    /// <summary>How a payment that raises the total from <paramref name="before"/> is divided.</summary>
    public Split Divide(ulong before, ulong total)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, before);
        ulong feesTotal = Fees(total), feesBefore = Fees(before), fees = feesTotal - feesBefore;
        ulong protocolTotal = OfFees(feesTotal), protocolBefore = OfFees(feesBefore);
        ulong protocol = protocolTotal - protocolBefore;
        ulong burned = Share(protocolTotal, Burn) - Share(protocolBefore, Burn);
        return new Split(total - before - fees, protocol - burned, fees - protocol, burned);
    }

    private ulong Fees(ulong total) => Share(total, (ulong)Protocol + Platform);

    // Each part is rounded from the one that it is taken from, so none shrinks as the total grows.
    private ulong OfFees(ulong fees)
    {
        ulong of = (ulong)Protocol + Platform;
        return of == 0 ? 0 : (fees / of * Protocol) + (fees % of * Protocol / of);
    }

    // The program has no 128-bit numbers; the same steps give the same rounding.
    private static ulong Share(ulong amount, ulong points) =>
        (amount / Whole * points) + (amount % Whole * points / Whole);
}
