using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class MarginModelTests
{
    private static readonly double[] Honest = [0.2, 0.1, 0.02, 0.004, 0.0008, 0.0001, 0.00002, 0.00001, 0.0001];
    private static readonly double[] Cheat = [0.4, 0.35, 0.3, 0.2, 0.1, 0.04, 0.01, 0.006, 0.01];
    private static readonly double[] Foreign = [0.05, 0.01, 0.01, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.05];
    private static readonly double[] Leads = [0.01, 0.01, 0.01, 0.02, 0.03, 0.05, 0.1, 0.77];

    /// <summary>A model that is right.</summary>
    public static MarginModel Model => new(Honest, Cheat, Foreign, Leads, 2);

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("Honest", () => new([0.1], Cheat, Foreign, Leads, 1));
        yield return Case("Cheat", () => new(Honest, [], Foreign, Leads, 1));
        yield return Case("Foreign", () => new(Honest, Cheat, Cheat, Leads, 1));
        yield return Case("Leads", () => new(Honest, Cheat, Foreign, Honest, 1));
        yield return Case("Zero", () => new([.. Honest[..8], 0], Cheat, Foreign, Leads, 1));
        yield return Case("One", () => new(Honest, [.. Cheat[..8], 1], Foreign, Leads, 1));
        yield return Case("NaN", () => new(Honest, [.. Cheat[..8], double.NaN], Foreign, Leads, 1));
        yield return Case("SumOfForeign", () => new(Honest, Cheat, [0.9, .. Foreign[1..]], Leads, 1));
        yield return Case("DesignEffect", () => new(Honest, Cheat, Foreign, Leads, 0.5));
        yield return Case("NoDesignEffect", () => new(Honest, Cheat, Foreign, Leads, double.NaN));
        yield return Case("LargerMarginsSpeakForHonesty", () => new(Cheat, Honest, Foreign, Leads, 1));
    }

    [TestCaseSource(nameof(Wrong))]
    public void Model_OfNumbersThatContradict_IsRefused(Func<MarginModel> make) =>
        Assert.That(make, Throws.ArgumentException);

    [Test]
    public void LogLikelihood_OfCounts_IsThatOfTheMixtureOfCheats()
    {
        uint[] counts = new uint[MarginBins.Count];
        counts[MarginBins.OfDrawn(0.01)] = 10;
        counts[MarginBins.OfMissed(0.3)] = 3;

        double[] kinds =
        [
            (10 * Math.Log(0.6 / 0.8) + 3 * Math.Log(0.2 / 0.004)) / 2,
            (10 * Math.Log(0.98 + 0.02 * 0.05 / 0.8) + 3 * Math.Log(0.98 + 0.02 * 0.02 / 0.004)) / 2,
            (10 * Math.Log(0.85 + 0.15 * 0.05 / 0.8) + 3 * Math.Log(0.85 + 0.15 * 0.02 / 0.004)) / 2,
            (10 * Math.Log(0.5 + 0.5 * 0.05 / 0.8) + 3 * Math.Log(0.5 + 0.5 * 0.02 / 0.004)) / 2,
        ];
        Assert.That(Model.LogLikelihood(counts), Is.EqualTo(Math.Log(kinds.Average(Math.Exp))).Within(1e-5));
    }

    // The mean ratio of honest providers is at most 1, whatever the prompts: every error bound rests on it.
    [Test]
    public void LogLikelihood_OfHonestTokens_HasAMeanRatioOfAtMostOne([Range(0, 7)] int distance)
    {
        var single = new MarginModel(Honest, Cheat, Foreign, Leads, 1);
        uint[] drawn = new uint[MarginBins.Count];
        uint[] missed = new uint[MarginBins.Count];
        drawn[MarginBins.FirstMissed - 1 - distance] = 1;
        missed[MarginBins.FirstMissed + distance] = 1;

        double mean = (1 - Honest[distance]) * Math.Exp(single.LogLikelihood(drawn))
            + Honest[distance] * Math.Exp(single.LogLikelihood(missed));
        Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-6));
    }

    [Test]
    public void LogLikelihood_OfAFewForeignTokens_IsNotOutweighedByALongAnswer()
    {
        uint[] counts = new uint[MarginBins.Count];
        (counts[MarginBins.Zero], counts[MarginBins.OfMissed(9)]) = (250, 4);

        Assert.That(Model.LogLikelihood(counts), Is.GreaterThan(5));
    }

    [Test]
    public void Detection_WithMoreTokens_Grows() => Assert.Multiple(() =>
    {
        Assert.That(Model.Detection(0, 13), Is.Zero);
        Assert.That(Model.Detection(64, 13), Is.LessThan(0.5));
        Assert.That(Model.Detection(10_000, 13), Is.GreaterThan(0.999));
    });

    private static TestCaseData Case(string name, Func<MarginModel> make) =>
        new TestCaseData(make).SetArgDisplayNames(name);
}
