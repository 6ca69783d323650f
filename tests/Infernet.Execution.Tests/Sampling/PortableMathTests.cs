using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

[TestFixture]
public sealed class PortableMathTests
{
    [Test]
    public void Log_OverManyMagnitudes_IsTheLogarithm()
    {
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            double x = Math.Pow(2, random.NextDouble() * 200 - 150);
            double expected = Math.Log(x);
            Assert.That(PortableMath.Log(x), Is.EqualTo(expected).Within(1e-15 * Math.Max(1, Math.Abs(expected) * 2)), $"{x}");
        }
    }

    [Test]
    public void Exp_OfNegatives_IsTheExponential()
    {
        var random = new Random(4);
        for (int i = 0; i < 100_000; i++)
        {
            double x = -random.NextDouble() * 600;
            double expected = Math.Exp(x);
            Assert.That(PortableMath.Exp(x), Is.EqualTo(expected).Within(expected * 1e-13), $"{x}");
        }
    }

    [Test]
    public void Exp_AtTheEnds_IsOneAndNothing() =>
        Assert.That(
            (PortableMath.Exp(0), PortableMath.Exp(-1e6), PortableMath.Exp(double.NegativeInfinity)),
            Is.EqualTo((1.0, 0.0, 0.0)));
}
