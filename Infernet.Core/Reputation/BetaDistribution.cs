namespace Infernet.Core.Reputation;

/// <summary>
/// The Beta distribution with parameters <paramref name="A"/> and <paramref name="B"/> (both above 0): what one knows
/// of a share after A − 1 successes and B − 1 failures, if one knew nothing before. Its cumulative function is the
/// regularised incomplete beta function I_x(a, b) (NIST DLMF 8.17), computed by its continued fraction 8.17.22.
/// </summary>
public readonly record struct BetaDistribution(double A, double B)
{
    private const int MaxTerms = 10_000;
    private const int MaxSteps = 200;
    private const double Smallest = 1e-300;
    private const double Precision = 1e-12;

    // Lanczos' coefficients for g = 7 (Godfrey's computation), good to 15 digits.
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    public double Mean => A / (A + B);

    /// <summary>The probability of a value of at most <paramref name="x"/>.</summary>
    public double Cumulative(double x) => Cumulative(x, LogOfBeta());

    /// <summary>
    /// The value below which a share of <paramref name="probability"/> lies, to 1e-12: Newton's method, within bounds
    /// that close in on the value, and halved where a step would leave them.
    /// </summary>
    public double Quantile(double probability)
    {
        double beta = LogOfBeta();
        (double low, double high) = (0, 1);
        double x = Mean;
        for (int i = 0; i < MaxSteps && high - low > Precision; i++)
        {
            double over = Cumulative(x, beta) - probability;
            (low, high) = over < 0 ? (x, high) : (low, x);
            double step = over / Math.Exp((A - 1) * Math.Log(x) + (B - 1) * Math.Log(1 - x) - beta);
            double next = x - step;
            next = next > low && next < high ? next : (low + high) / 2;
            if (Math.Abs(next - x) < Precision)
            {
                return next;
            }

            x = next;
        }

        return x;
    }

    private double Cumulative(double x, double beta)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        double front = Math.Exp(A * Math.Log(x) + B * Math.Log(1 - x) - beta);
        // The fraction converges quickly below the mean only; above it the mirror image is computed.
        return x < (A + 1) / (A + B + 2)
            ? front * Fraction(x, A, B) / A
            : 1 - front * Fraction(1 - x, B, A) / B;
    }

    private double LogOfBeta() => LogGamma(A) + LogGamma(B) - LogGamma(A + B);

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
