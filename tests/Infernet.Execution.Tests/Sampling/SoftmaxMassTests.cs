using System.Runtime.Intrinsics;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

[TestFixture]
public sealed class SoftmaxMassTests
{
    [Test]
    public void Mass_OfAnyLength_IsTheSumOfTheWeights()
    {
        var random = new Random(13);
        for (int length = 1; length < 100; length++)
        {
            float[] logits = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 80 - 60)];
            logits[random.Next(length)] = random.Next(3) switch { 0 => float.NaN, 1 => float.NegativeInfinity, _ => 0 };
            double expected = logits.Sum(logit => SoftmaxMass.Weight(logit, 20));

            Assert.That(SoftmaxMass.Of(logits, 20), Is.EqualTo(expected).Within(expected * 1e-14));
        }
    }

    [Test]
    public void Exp_OfFour_HasTheBitsOfOneByOne()
    {
        var random = new Random(14);
        for (int round = 0; round < 10_000; round++)
        {
            double[] x = [.. Enumerable.Range(0, 4).Select(_ => -random.NextDouble() * 40)];
            Vector256<double> together = PortableMath.Exp(Vector256.Create(x));

            Assert.That(Enumerable.Range(0, 4).Select(i => together[i]), Is.EqualTo(x.Select(PortableMath.Exp)));
        }
    }
}
