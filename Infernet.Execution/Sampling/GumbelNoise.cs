using System.Numerics;

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
}
