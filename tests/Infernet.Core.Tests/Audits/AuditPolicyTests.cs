using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class AuditPolicyTests
{
    private static readonly AuditPolicy Policy = new();
    private static readonly AuditSubject Known = new(0.9, 1_000, -1);

    [Test]
    public void Rate_OfAKnownPeer_IsTheBaseRate() => Assert.That(Policy.Rate(Known, 100), Is.EqualTo(0.1));

    [Test]
    public void Rate_OfANewcomer_IsOne() =>
        Assert.That(Policy.RatePpm(AuditSubject.Newcomer, 1), Is.EqualTo(1_000_000));

    [Test]
    public void Rate_WithEveryPassedAudit_FallsTowardsTheBase()
    {
        double[] rates = [.. Enumerable.Range(0, 200).Select(n => Policy.Rate(Known with { AuditsPassed = n }, 1))];

        Assert.Multiple(() =>
        {
            Assert.That(rates.Take(8), Is.All.EqualTo(1));
            Assert.That(rates, Is.Ordered.Descending);
            Assert.That(rates[15], Is.EqualTo(0.5));
            Assert.That(rates[^1], Is.EqualTo(0.1));
        });
    }

    [TestCase(10_000, 0.1)]
    [TestCase(100_000, 0.15)]
    [TestCase(1_000_000, 0.2)]
    [TestCase(1e12, 0.2)]
    public void Rate_OfAnExpensiveJob_IsUpToTwice(double tokens, double expected) =>
        Assert.That(Policy.Rate(Known, tokens), Is.EqualTo(expected).Within(1e-9));

    [TestCase(0, 0.1)]
    [TestCase(ShardJudgement.SuspicionBound / 2, 0.55)]
    [TestCase(ShardJudgement.SuspicionBound, 1)]
    [TestCase(100, 1)]
    public void Rate_WithSuspicion_RisesTowardsOne(double ratio, double expected) =>
        Assert.That(Policy.Rate(Known with { LogLikelihoodRatio = ratio }, 1), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void Rate_OfAPoorReputation_IsHigher() =>
        Assert.That(Policy.Rate(Known with { Score = 0 }, 1), Is.EqualTo(0.3).Within(1e-9));

    [Test]
    public void Rate_WhereNoneIsAskedFor_IsNone() =>
        Assert.That(new AuditPolicy { BaseRate = 0 }.RatePpm(AuditSubject.Newcomer, 1), Is.Zero);

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void BaseRate_ThatIsNone_IsRefused(double rate) => Assert.That(
        () => new AuditPolicy { BaseRate = rate }, Throws.TypeOf<ArgumentOutOfRangeException>());
}
