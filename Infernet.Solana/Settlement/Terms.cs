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
        ulong protocol = Share(total, Protocol) - Share(before, Protocol);
        ulong platform = Share(total, Platform) - Share(before, Platform);
        ulong burned = Share(Share(total, Protocol), Burn) - Share(Share(before, Protocol), Burn);
        return new Split(total - before - protocol - platform, protocol - burned, platform, burned);
    }

    // The program has no 128-bit numbers; the same steps give the same rounding.
    private static ulong Share(ulong amount, ulong points) =>
        (amount / Whole * points) + (amount % Whole * points / Whole);
}
