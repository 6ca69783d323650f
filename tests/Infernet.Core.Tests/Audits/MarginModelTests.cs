using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class MarginModelTests
{
    private static readonly double[] Foreign = Shares(0.01);

    [Test]
    public void LogLikelihood_OfCounts_IsThatOfTheMixtureOfCheats()
    {
        MarginModel model = Model(0.91, 0.55, 2);
        uint[] counts = [10, 1, 0, 0, 0, 0, 0, 0, 0, 2];

        double[] kinds =
        [
            (10 * Math.Log(0.55 / 0.91) + 3 * Math.Log(0.05 / 0.01)) / 2,
            (10 * Math.Log(0.892 / 0.91) + 3 * Math.Log(0.012 / 0.01)) / 2,
            (10 * Math.Log(0.46 / 0.91) + 3 * Math.Log(0.06 / 0.01)) / 2,
        ];
        Assert.That(model.LogLikelihood(counts), Is.EqualTo(Math.Log(kinds.Average(Math.Exp))).Within(1e-5));
    }

    [Test]
    public void Detection_WithMoreTokens_Grows()
    {
        var model = Model(0.91, 0.55, 2);

        Assert.Multiple(() =>
        {
            Assert.That(model.Detection(0, 13), Is.Zero);
            Assert.That(model.Detection(16, 13), Is.LessThan(0.5));
            Assert.That(model.Detection(1_000, 13), Is.GreaterThan(0.999));
        });
    }

    [Test]
    public void Model_WhoseSharesAreNone_IsRefused() => Assert.Multiple(() =>
    {
        Assert.That(() => new MarginModel([1], Shares(0.5), Foreign, 1), Throws.ArgumentException);
        Assert.That(() => new MarginModel(Shares(0.9), [.. Shares(0.5).Select(s => s / 2)], Foreign, 1), Throws.ArgumentException);
        Assert.That(() => Model(1, 0.5, 1), Throws.ArgumentException);
        Assert.That(() => Model(0.9, 0.5, 0.5), Throws.ArgumentException);
        Assert.That(() => Model(0.9, 0.5, double.NaN), Throws.ArgumentException);
    });

    [Test]
    public void Model_InWhichLargerMarginsSpeakForHonesty_IsRefused() => Assert.That(
        () => Model(0.55, 0.91, 1),
        Throws.ArgumentException.With.Message.Contains("larger margin"));

    [Test]
    public void LogLikelihood_OfAFewForeignTokens_IsNotOutweighedByALongAnswer()
    {
        MarginModel model = Model(0.9999, 0.97, 1);

        Assert.That(model.LogLikelihood([250, 0, 0, 0, 0, 0, 0, 0, 0, 3]), Is.GreaterThan(5));
    }

    internal static MarginModel Model(double honest, double cheat, double designEffect) =>
        new(Shares(honest), Shares(cheat), Foreign, designEffect);

    /// <summary>So much in the first bin, the rest evenly in the others.</summary>
    internal static double[] Shares(double zero) =>
        [zero, .. Enumerable.Repeat((1 - zero) / (MarginBins.Count - 1), MarginBins.Count - 1)];
}
