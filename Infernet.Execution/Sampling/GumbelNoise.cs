using System.Numerics;
using System.Runtime.Intrinsics;

namespace Infernet.Execution.Sampling;

/// <summary>
/// The random part of a draw: one standard Gumbel number per seed, position and token. It belongs to the token and not
/// to its rank, so that a machine whose logits differ a little still gives every token the same luck.
/// </summary>
internal static class GumbelNoise
{
    private const double Ulp = 1.0 / (1L << 52);
    private const double Ln2 = 0.69314718055994531;

    /// <summary>52 random bits: the uniform number (bits + 1/2) / 2^52, which is never 0 nor 1.</summary>
    public static long Draw(ulong seed, int position, int token) =>
        (long)(Philox.Next(seed, (uint)position, (uint)token).Low >> 12);

    /// <summary>The draws of four tokens at once; the same bits as one by one.</summary>
    public static Vector256<long> Draw(ulong seed, int position, Vector256<ulong> tokens) =>
        (Philox.NextLow(seed, (uint)position, tokens) >>> 12).AsInt64();

    /// <summary>The Gumbel number of a draw: -ln(-ln u).</summary>
    public static double Value(long draw) => -PortableMath.Log(-PortableMath.Log((draw + 0.5) * Ulp));

    /// <summary>
    /// A bound that the Gumbel number of a draw stays below, without its two logarithms: since
    /// exp(-exp(-g)) >= 1 - exp(-g), it holds that g &lt;= -ln(1 - u), and 1 - u has its size in its leading zeros.
    /// </summary>
    public static double Bound(long draw)
    {
        long complement = (1L << 52) - 1 - draw;
        int leadingZeros = BitOperations.LeadingZeroCount((ulong)complement) - 12;
        return (leadingZeros + 1) * Ln2;
    }

    /// <summary>The bounds of four draws at once; never below those of one by one.</summary>
    public static Vector256<double> Bound(Vector256<long> draws)
    {
        // As a double the complement has its size in its exponent; added to 2^52, a whole number stands in the lowest
        // bits, and the other way round.
        const double Shift = 1L << 52;
        const int ExponentBias = 1023;
        Vector256<double> shift = Vector256.Create(Shift);
        Vector256<long> complements = Vector256.Create((1L << 52) - 1) - draws;
        Vector256<double> sizes = (complements | shift.AsInt64()).AsDouble() - shift;
        Vector256<double> exponents = (sizes.AsInt64() >>> 52 | shift.AsInt64()).AsDouble() - shift;
        return (Vector256.Create(52.0 + ExponentBias) - exponents) * Ln2;
    }
}
