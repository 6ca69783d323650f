using Infernet.Core.Reputation;

namespace Infernet.Core.Tests.Reputation;

[TestFixture]
public sealed class BetaDistributionTests
{
    // Closed forms: Beta(a, 1) is x^a, Beta(1, b) is 1 - (1 - x)^b, Beta(1/2, 1/2) the arcsine law.
    [TestCase(1, 1, 0.3, 0.3)]
    [TestCase(2, 1, 0.5, 0.25)]
    [TestCase(51, 1, 0.95, 0.0730977)]
    [TestCase(1, 3, 0.5, 0.875)]
    [TestCase(2, 2, 0.1, 0.028)]
    [TestCase(0.5, 0.5, 0.25, 1d / 3)]
    [TestCase(5, 3, 0.5, 0.2265625)]
    public void Cumulative_WithAClosedForm_IsThat(double a, double b, double x, double expected) =>
        Assert.That(new BetaDistribution(a, b).Cumulative(x), Is.EqualTo(expected).Within(1e-6));

    // I_x(a, b) = P(Binomial(a + b - 1, x) >= a), for whole a and b.
    [Test]
    public void Cumulative_OfWholeParameters_IsABinomialTail() => Assert.Multiple(() =>
    {
        foreach ((int a, int b) in (ReadOnlySpan<(int, int)>)[(3, 4), (9, 2), (2, 30), (40, 11), (100, 100)])
        {
            for (double x = 0.05; x < 1; x += 0.05)
            {
                Assert.That(
                    new BetaDistribution(a, b).Cumulative(x), Is.EqualTo(Tail(a, a + b - 1, x)).Within(1e-10));
            }
        }
    });

    [TestCase(1, 1, 0.05)]
    [TestCase(9, 1, 0.716871)]
    [TestCase(101, 1, 0.970775)]
    [TestCase(1, 11, 0.004652)]
    public void Quantile_WithAClosedForm_IsThat(double a, double b, double expected) =>
        Assert.That(new BetaDistribution(a, b).Quantile(0.05), Is.EqualTo(expected).Within(1e-6));

    [TestCase(1.5, 2.5)]
    [TestCase(30.25, 4.75)]
    [TestCase(20_000, 3)]
    [TestCase(1, 5_000)]
    public void Quantile_OfAnyParameters_InvertsTheCumulative(double a, double b)
    {
        var beta = new BetaDistribution(a, b);

        Assert.Multiple(() =>
        {
            foreach (double probability in (ReadOnlySpan<double>)[0.001, 0.05, 0.5, 0.95])
            {
                Assert.That(
                    beta.Cumulative(beta.Quantile(probability)), Is.EqualTo(probability).Within(1e-6));
            }
        });
    }

    [Test]
    public void Quantile_WithMoreEvidenceOfTheSameMean_Rises() => Assert.That(
        new double[] { 1, 2, 5, 20, 100 }.Select(n => new BetaDistribution(9 * n, n).Quantile(0.05)), Is.Ordered);

    private static double Tail(int atLeast, int of, double x)
    {
        double sum = 0;
        for (int k = atLeast; k <= of; k++)
        {
            double term = 1;
            for (int i = 1; i <= k; i++)
            {
                term *= (double)(of - k + i) / i * x;
                if (i <= of - k)
                {
                    term *= 1 - x;
                }
            }

            sum += term * Math.Pow(1 - x, Math.Max(0, of - k - k));
        }

        return sum;
    }
}
