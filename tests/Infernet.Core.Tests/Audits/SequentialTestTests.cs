using Infernet.Core.Audits;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class SequentialTestTests
{
    private static readonly SequentialErrors Errors = SequentialErrors.Default;

    [Test]
    public void Add_OneAuditHoweverBad_CondemnsNobody() =>
        Assert.That(SequentialTest.Start.Add(1e9).State, Is.EqualTo(SequentialState.Undecided));

    [Test]
    public void Add_TwoPlainFaults_Condemn()
    {
        SequentialTest test = SequentialTest.Start.Add(AuditEvidence.MostPerAudit).Add(AuditEvidence.MostPerAudit);

        Assert.That((test.State, test.Audits), Is.EqualTo((SequentialState.Cheater, 2)));
    }

    [Test]
    public void Add_ToACondemnedPeer_ChangesNothing()
    {
        SequentialTest test = Many(SequentialTest.Start, 8, 2);

        Assert.That(Many(test, -100, 50).State, Is.EqualTo(SequentialState.Cheater));
    }

    [Test]
    public void Add_GoodAudits_PassAndBeginAnew()
    {
        SequentialTest test = Many(SequentialTest.Start, -5, 7);

        Assert.That(test, Is.EqualTo(new SequentialTest(0, 1, 7, SequentialState.Honest)));
    }

    [Test]
    public void Add_OneGoodAudit_TakesOffAtMostWhatTheMixtureAllows() =>
        Assert.That(SequentialTest.Start.Add(-1e9).LogLikelihoodRatio, Is.EqualTo(Math.Log(0.5)).Within(1e-9));

    [Test]
    public void LongGoodPast_BuysAFewFaultsAtMost()
    {
        SequentialTest newcomer = Many(SequentialTest.Start, 8, 2);
        SequentialTest veteran = Many(SequentialTest.Start, -5, 7_000);

        Assert.That(newcomer.State, Is.EqualTo(SequentialState.Cheater));
        Assert.That(Many(veteran, 8, 5).State, Is.EqualTo(SequentialState.Cheater), "after 1,000 passed tests");
    }

    [Test]
    public void UpperBounds_OfAllTests_SpendTheFalseAlarmOnce()
    {
        double spent = Enumerable.Range(1, 100_000)
            .Sum(k => (1 - Errors.Missed) / Math.Exp(SequentialTest.UpperBound(k, Errors)));

        Assert.That(spent, Is.LessThanOrEqualTo(Errors.FalseAlarm).And.GreaterThan(0.99 * Errors.FalseAlarm));
    }

    // Each audit is a coin that cheats throw differently: the exact likelihood ratio is known, so the rates must hold.
    [Test]
    public void HonestPeers_OverThousandsOfAudits_AreNotCondemned()
    {
        var random = new Random(1);
        int condemned = Enumerable.Range(0, 300).Count(_ => AuditsUntilCondemned(random, 0.02, 2_000) is not null);

        Assert.That(condemned, Is.Zero);
    }

    [Test]
    public void Cheats_EvenIfInHalfOfTheirShards_AreCondemned()
    {
        var random = new Random(2);
        int?[] always = [.. Enumerable.Range(0, 500).Select(_ => AuditsUntilCondemned(random, 0.6, 2_000))];
        int?[] half = [.. Enumerable.Range(0, 500).Select(_ => AuditsUntilCondemned(random, 0.31, 2_000))];

        Assert.Multiple(() =>
        {
            Assert.That(always, Has.None.Null);
            Assert.That(always.Average(), Is.LessThan(15));
            Assert.That(half, Has.None.Null);
        });
    }

    private static SequentialTest Many(SequentialTest test, double ratio, int times) =>
        Enumerable.Range(0, times).Aggregate(test, (sum, _) => sum.Add(ratio));

    private static int? AuditsUntilCondemned(Random random, double failing, int most)
    {
        const double honest = 0.02, cheating = 0.6;
        SequentialTest test = SequentialTest.Start;
        for (int audit = 1; audit <= most; audit++)
        {
            test = test.Add(random.NextDouble() < failing
                ? Math.Log(cheating / honest)
                : Math.Log((1 - cheating) / (1 - honest)));
            if (test.State == SequentialState.Cheater)
            {
                return audit;
            }
        }

        return null;
    }
}
