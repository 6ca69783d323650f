namespace Infernet.Core.Reputation;

/// <summary>
/// The Beta distribution with parameters <paramref name="A"/> and <paramref name="B"/> (both above 0): what one knows
/// of a share after A − 1 successes and B − 1 failures, if one knew nothing before. Its cumulative function is the
/// regularised incomplete beta function I_x(a, b) (NIST DLMF 8.17), computed by its continued fraction 8.17.22.
/// </summary>
public readonly record struct BetaDistribution(double A, double B)
{
    private const int MaxTerms = 10_000;
    private const double Smallest = 1e-300;

    // Lanczos' coefficients for g = 7 (Godfrey's computation), good to 15 digits.
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    public double Mean => A / (A + B);

    /// <summary>The probability of a value of at most <paramref name="x"/>.</summary>
    public double Cumulative(double x)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        double front = Math.Exp(
            LogGamma(A + B) - LogGamma(A) - LogGamma(B) + A * Math.Log(x) + B * Math.Log(1 - x));
        // The fraction converges quickly below the mean only; above it the mirror image is computed.
        return x < (A + 1) / (A + B + 2)
            ? front * Fraction(x, A, B) / A
            : 1 - front * Fraction(1 - x, B, A) / B;
    }

    /// <summary>The value below which a share of <paramref name="probability"/> lies, to 1e-12, by bisection.</summary>
    public double Quantile(double probability)
    {
        (double low, double high) = (0, 1);
        while (high - low > 1e-13)
        {
            double middle = (low + high) / 2;
            if (Cumulative(middle) < probability)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return (low + high) / 2;
    }

    // Lentz's algorithm for the continued fraction.
    private static double Fraction(double x, double a, double b)
    {
        double c = 1;
        double d = 1 / NotZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m < MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / NotZero(1 + even * d);
            c = NotZero(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / NotZero(1 + odd * d);
            c = NotZero(1 + odd / c);
            double step = d * c;
            value *= step;
            if (Math.Abs(step - 1) < 1e-15)
            {
                break;
            }
        }

        return value;
    }

    private static double NotZero(double value) => Math.Abs(value) < Smallest ? Smallest : value;

    private static double LogGamma(double x)
    {
        double sum = Lanczos[0];
        double shifted = x - 1;
        for (int i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (shifted + i);
        }

        double t = shifted + 7.5;
        return 0.5 * Math.Log(2 * Math.PI) + (shifted + 0.5) * Math.Log(t) - t + Math.Log(sum);
    }
}
