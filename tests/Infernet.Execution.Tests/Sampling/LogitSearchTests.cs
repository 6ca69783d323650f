using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

[TestFixture]
public sealed class LogitSearchTests
{
    [Test]
    public void IndexOfMax_AmongEquals_IsTheLowest()
    {
        float[] logits = new float[100];
        logits[97] = logits[40] = logits[73] = 2;

        Assert.That(LogitSearch.IndexOfMax(logits), Is.EqualTo(40));
    }

    [Test]
    public void IndexOfMax_OfAnyLength_IsThatOfALoop()
    {
        var random = new Random(5);
        for (int length = 1; length < 80; length++)
        {
            float[] logits = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(-9, 9))];
            Assert.That(LogitSearch.IndexOfMax(logits), Is.EqualTo(Array.IndexOf(logits, logits.Max())));
        }
    }

    [Test]
    public void IndexOfMax_BesideNaN_IsThatOfTheNumbers()
    {
        float[] logits = [.. Enumerable.Repeat(float.NaN, 50)];
        logits[33] = -5;

        Assert.That(LogitSearch.IndexOfMax(logits), Is.EqualTo(33));
    }

    [TestCase(float.NaN)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(float.PositiveInfinity)]
    public void IndexOfMax_WithoutAnyFiniteMaximum_IsNone(float value) =>
        Assert.That(LogitSearch.IndexOfMax([.. Enumerable.Repeat(value, 37)]), Is.EqualTo(-1));
}
