using System.Runtime.Intrinsics;

namespace Infernet.Execution.Sampling;

/// <summary>
/// Logarithm and exponential from IEEE additions, multiplications and divisions alone. The system's own differ in the
/// last bit from one C library to the next; these give the same bits on every machine, to within about 1e-15 relative.
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700e+00;
    private const double Shifter = 6755399441055744.0;
    private const long ExponentBias = 1023;
    private const long MantissaBits = (1L << 52) - 1;

    // 1/13! down to 1/0!: enough for |r| < 0.35.
    private static readonly double[] ExpCoefficients =
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0,
        1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 0.5, 1, 1,
    ];

    /// <summary>The natural logarithm of a positive normal number.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        long exponent = (bits >> 52) - ExponentBias;
        double mantissa = BitConverter.Int64BitsToDouble(bits & MantissaBits | ExponentBias << 52);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...), with |s| < 0.172.
        double s = (mantissa - 1) / (mantissa + 1);
        double z = s * s;
        double series = 0;
        for (int odd = 21; odd >= 3; odd -= 2)
        {
            series = (series + 1.0 / odd) * z;
        }

        double rest = 2 * s * series + exponent * Ln2Low;
        return exponent * Ln2High + (2 * s + rest);
    }

    /// <summary>e to the power of <paramref name="x"/>, for x of at most 0; 0 below -700.</summary>
    public static double Exp(double x)
    {
        if (!(x >= -700))
        {
            return 0;
        }

        // Adding the shifter rounds to a whole number, which then stands in the lowest bits.
        double shifted = x * InverseLn2 + Shifter;
        double k = shifted - Shifter;
        double r = x - k * Ln2High - k * Ln2Low;
        double sum = 0;
        foreach (double coefficient in ExpCoefficients)
        {
            sum = sum * r + coefficient;
        }

        long scale = (BitConverter.DoubleToInt64Bits(shifted) << 52) + (ExponentBias << 52);
        return sum * BitConverter.Int64BitsToDouble(scale);
    }

    /// <summary>Four at once, for x from -700 to 0; the same bits as one by one.</summary>
    public static Vector256<double> Exp(Vector256<double> x)
    {
        Vector256<double> shifted = x * InverseLn2 + Vector256.Create(Shifter);
        Vector256<double> k = shifted - Vector256.Create(Shifter);
        Vector256<double> r = x - k * Ln2High - k * Ln2Low;
        Vector256<double> sum = Vector256<double>.Zero;
        foreach (double coefficient in ExpCoefficients)
        {
            sum = sum * r + Vector256.Create(coefficient);
        }

        Vector256<long> scale = Vector256.ShiftLeft(shifted.AsInt64(), 52) + Vector256.Create(ExponentBias << 52);
        return sum * scale.AsDouble();
    }
}
