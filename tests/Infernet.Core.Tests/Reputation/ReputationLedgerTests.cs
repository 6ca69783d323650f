using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Core.Tests.Reputation;

[TestFixture]
public sealed class ReputationLedgerTests
{
    private static readonly ReputationOptions Options = new();
    private static readonly PeerId Self = TestFacts.Peer(0);
    private static readonly PeerId Subject = TestFacts.Peer(1);

    private TestFacts _facts = null!;
    private ReputationLedger _ledger = null!;

    [SetUp]
    public void Begin() => (_facts, _ledger) = (new TestFacts(), new ReputationLedger(Self, Options));

    [Test]
    public void Stranger_IsANewcomerWithLittleCredit()
    {
        PeerStanding standing = Of(Subject);

        Assert.Multiple(() =>
        {
            Assert.That(standing.Score, Is.EqualTo(0.05).Within(1e-6));
            Assert.That(standing.IsNewcomer, Is.True);
            Assert.That(standing.IsExcluded, Is.False);
            Assert.That(standing.CreditWindow, Is.InRange(Options.SmallestCredit, 2 * Options.SmallestCredit));
            Assert.That(standing.ReporterWeight, Is.Zero);
            Assert.That(standing.AuditorScore, Is.EqualTo(0.5));
            Assert.That(standing.FirstSeen, Is.Null);
        });
    }

    [Test]
    public void Self_IsTrustedWithoutEvidence()
    {
        PeerStanding standing = Of(Self);

        Assert.Multiple(() =>
        {
            Assert.That(standing.Score, Is.EqualTo(1));
            Assert.That(standing.CreditWindow, Is.EqualTo(long.MaxValue));
            Assert.That(standing.IsNewcomer, Is.False);
        });
    }

    [Test]
    public void PassedAudits_RaiseScoreAndCredit_UntilItIsNoNewcomer()
    {
        var scores = new List<double>();
        for (int i = 0; i < 9; i++)
        {
            Add(_facts.Passed(Self, Subject));
            scores.Add(Of(Subject).Score);
        }

        Assert.Multiple(() =>
        {
            Assert.That(scores, Is.Ordered);
            Assert.That(Of(Subject).Score, Is.EqualTo(Math.Pow(0.05, 0.1)).Within(0.01));
            Assert.That(Of(Subject).IsNewcomer, Is.False);
            Assert.That(Of(Subject).CreditWindow, Is.GreaterThan(20 * Options.SmallestCredit));
            Assert.That(Of(Subject).AuditsPassed, Is.EqualTo(9));
        });
    }

    [Test]
    public void OneRejectedShard_LowersTheScoreAndExcludesNobody()
    {
        Times(20, () => _facts.Passed(Self, Subject));
        double before = Of(Subject).Score;

        Add(_facts.Rejected(Self, Subject));

        Assert.Multiple(() =>
        {
            Assert.That(Of(Subject).Score, Is.LessThan(before / 1.5));
            Assert.That(Of(Subject).IsExcluded, Is.False);
            Assert.That(Of(Subject).LogLikelihoodRatio, Is.Positive);
            Assert.That(Of(Subject).AuditsFailed, Is.EqualTo(1));
        });
    }

    [Test]
    public void TheSameAnswerAgainAndAgain_CountsOnce()
    {
        Times(10, () => _facts.Rejected(Self, Subject, 1, 2));

        Assert.Multiple(() =>
        {
            Assert.That(Of(Subject).IsExcluded, Is.False);
            Assert.That(Of(Subject).AuditsFailed, Is.EqualTo(1));
            Assert.That(Of(Subject).OwnFailed, Is.EqualTo(Options.RejectionWeight).Within(0.1));
            Assert.That(
                _ledger.Explain(Subject, _facts.Now).Select(c => c.Failed > 0),
                Is.EqualTo(new[] { true }.Concat(Enumerable.Repeat(false, 9))));
        });
    }

    [Test]
    public void OneKnownAnswerBesideNewOnes_AddsWhatTheNewOnesSay()
    {
        for (UInt128 i = 1; i <= 6; i++)
        {
            Add(_facts.Rejected(Self, Subject, 0, i));
        }

        Assert.That(Of(Subject).IsExcluded, Is.True, "Each of the others speaks against it by itself.");
    }

    [Test]
    public void ThreeRejectedShards_Exclude_WhateverCameBefore()
    {
        Times(30, () => _facts.Passed(Self, Subject));
        Times(3, () => _facts.Rejected(Self, Subject));

        Assert.Multiple(() =>
        {
            Assert.That(Of(Subject).Exclusion, Does.Contain("own audits").And.Contain("3 of 33"));
            Assert.That(Of(Subject).CreditWindow, Is.Zero);
            Assert.That(Of(Subject).MayAudit, Is.False);
            Assert.That(Of(Subject).QueuePriority, Is.Negative);
        });
    }

    [Test]
    public void RejectedShards_WithGoodOnesBetween_StillExclude()
    {
        Add(_facts.Rejected(Self, Subject));
        Times(9, () => _facts.Passed(Self, Subject));
        Add(_facts.Rejected(Self, Subject));

        Assert.That(Of(Subject).IsExcluded, Is.True);
    }

    [Test]
    public void DoubtfulShards_NowAndThen_ExcludeNobody()
    {
        for (int i = 0; i < 20; i++)
        {
            Times(9, () => _facts.Passed(Self, Subject));
            Add(_facts.Doubtful(Self, Subject));
        }

        Assert.That(Of(Subject).IsExcluded, Is.False);
        Assert.That(Of(Subject).Score, Is.GreaterThan(0.85));
    }

    [Test]
    public void Conviction_EndsAfterItsTime_ButTheScoreRemembers()
    {
        Times(2, () => _facts.Rejected(Self, Subject));
        _facts.Now += Options.ConvictionLifetime - TimeSpan.FromHours(1);
        Assert.That(Of(Subject).IsExcluded, Is.True);

        _facts.Now += TimeSpan.FromHours(2);

        Assert.That(Of(Subject).IsExcluded, Is.False);
        Assert.That(Of(Subject).Score, Is.LessThan(0.05 / 3));
    }

    [Test]
    public void PassedAudits_FadeWithTime_AndFailedOnesMoreSlowly()
    {
        Times(10, () => _facts.Passed(Self, Subject));
        Add(_facts.Rejected(Self, Subject));
        _facts.Now += Options.PassHalfLife;

        PeerStanding later = Of(Subject);

        Assert.That(later.OwnPassed, Is.EqualTo(5).Within(0.01));
        Assert.That(later.OwnFailed, Is.EqualTo(10 * Math.Pow(2, -14d / 90)).Within(0.01));
    }

    [Test]
    public void SeveralVerdictsOnOneShard_AreOneAudit_AndOneAuditorAloneCondemnsNobody()
    {
        Observation against = _facts.Rejected(Self, Subject, TestFacts.Peer(5));
        Add(against);
        Add(_facts.Passed(Self, Subject, TestFacts.Peer(6)) with { Work = against.Work, At = against.At });
        Add(_facts.Passed(Self, Subject, TestFacts.Peer(7)) with { Work = against.Work, At = against.At });

        Assert.That(Of(Subject).AuditsPassed, Is.EqualTo(1));
        Assert.That(Of(Subject).AuditsFailed, Is.Zero);
    }

    [Test]
    public void AnAuditorsVerdictOnOneShard_CountsOnce()
    {
        Observation against = _facts.Rejected(Self, Subject, TestFacts.Peer(5));
        Add(against);
        Times(10, () => _facts.Rejected(Self, Subject, TestFacts.Peer(5)) with { Work = against.Work });

        Assert.That(Of(Subject).AuditsFailed, Is.EqualTo(1));
        Assert.That(Of(Subject).IsExcluded, Is.False);
    }

    [Test]
    public void Facts_InAnyOrder_ComeToTheSame()
    {
        List<Observation> facts = ALongStory();
        PeerStanding expected = Of(Subject);
        var random = new Random(4);
        for (int round = 0; round < 5; round++)
        {
            var ledger = new ReputationLedger(Self, Options);
            foreach (Observation fact in facts.OrderBy(_ => random.Next()))
            {
                ledger.Add(fact);
                ledger.Of(Subject, _facts.Now);
            }

            Assert.That(ledger.Of(Subject, _facts.Now), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Facts_AddedTwiceOrTakenAway_LeaveNoTrace()
    {
        PeerStanding before = Of(Subject);
        List<Observation> facts = ALongStory();
        PeerStanding after = Of(Subject);
        facts.ForEach(f => Assert.That(_ledger.Add(f), Is.False));
        Assert.That(Of(Subject), Is.EqualTo(after));

        facts.ForEach(f => Assert.That(_ledger.Remove(f.Id), Is.True));

        Assert.That(Of(Subject), Is.EqualTo(before));
        Assert.That(_ledger.Count, Is.Zero);
    }

    [Test]
    public void Explanation_AddsUpToTheStanding()
    {
        ALongStory();
        PeerStanding standing = Of(Subject);

        IReadOnlyList<Contribution> explained = _ledger.Explain(Subject, _facts.Now);

        Assert.Multiple(() =>
        {
            Assert.That(explained.Where(c => c.Own).Sum(c => c.Passed), Is.EqualTo(standing.OwnPassed).Within(1e-9));
            Assert.That(explained.Where(c => c.Own).Sum(c => c.Failed), Is.EqualTo(standing.OwnFailed).Within(1e-9));
            Assert.That(
                explained.Where(c => !c.Own).Sum(c => c.Passed), Is.EqualTo(standing.ThirdPartyPassed).Within(1e-9));
            Assert.That(
                explained.Where(c => !c.Own).Sum(c => c.Failed), Is.EqualTo(standing.ThirdPartyFailed).Within(1e-9));
            Assert.That(standing.ThirdPartyPassed, Is.Positive);
        });
    }

    [Test]
    public void Auditor_WhoPassesEverything_IsDrawnNoMoreHoweverOftenItAgreed()
    {
        for (int i = 0; i < 50; i++)
        {
            _ledger.Add(Subject, AuditorFinding.Agreed, _facts.Now);
            _ledger.Add(Subject, AuditorFinding.SoundCanaryPassed, _facts.Now);
        }

        Assert.That(Of(Subject).MayAudit, Is.True);
        _ledger.Add(Subject, AuditorFinding.CanaryMissed, _facts.Now);

        Assert.That(Of(Subject).MayAudit, Is.False);
    }

    [Test]
    public void Auditor_WhoFindsWhatIsWrong_MayMissOne()
    {
        for (int i = 0; i < 10; i++)
        {
            _ledger.Add(Subject, AuditorFinding.CanaryKnown, _facts.Now);
        }

        _ledger.Add(Subject, AuditorFinding.CanaryMissed, _facts.Now);

        Assert.That(Of(Subject).MayAudit, Is.True);
    }

    [Test]
    public void Auditor_ThatMissesACanary_IsDrawnNoMore()
    {
        _ledger.Add(Subject, AuditorFinding.CanaryMissed, _facts.Now);

        Assert.That(Of(Subject).MayAudit, Is.False);
    }

    [Test]
    public void Auditor_IsOutvotedOnce_AndStaysOne_TwiceAndIsNone()
    {
        _ledger.Add(Subject, AuditorFinding.Outvoted, _facts.Now);
        Assert.That(Of(Subject).MayAudit, Is.True);

        _ledger.Add(Subject, AuditorFinding.Outvoted, _facts.Now);
        Assert.That(Of(Subject).MayAudit, Is.False);
    }

    [Test]
    public void Auditor_ThatAgreesForLong_MayLoseAVote()
    {
        for (int i = 0; i < 20; i++)
        {
            _ledger.Add(Subject, AuditorFinding.Agreed, _facts.Now);
        }

        _ledger.Add(Subject, AuditorFinding.Outvoted, _facts.Now);

        Assert.That(Of(Subject).AuditorScore, Is.GreaterThan(0.8));
    }

    [Test]
    public void Queue_PutsPartnersBeforeNewcomersBeforeTheExcluded()
    {
        PeerId partner = TestFacts.Peer(2);
        PeerId cheat = TestFacts.Peer(3);
        Add(_facts.Receipt(partner, Self, 50_000));
        Times(2, () => _facts.Rejected(Self, cheat));

        Assert.That(
            (double[])[Of(cheat).QueuePriority, Of(Subject).QueuePriority, Of(partner).QueuePriority], Is.Ordered);
        Assert.That(Of(partner).QueuePriority, Is.GreaterThan(Of(Subject).QueuePriority + 0.5));
    }

    [TestCase(-1, 31, ExpectedResult = true)]
    [TestCase(-1, 32, ExpectedResult = false)]
    [TestCase(0, 47, ExpectedResult = true)]
    [TestCase(0, 48, ExpectedResult = false)]
    [TestCase(0.5, 55, ExpectedResult = true)]
    [TestCase(0.5, 56, ExpectedResult = false)]
    [TestCase(1, 63, ExpectedResult = true)]
    [TestCase(double.MaxValue, 64, ExpectedResult = false)]
    public bool Queue_WithFewPlacesLeft_IsForThoseOfStanding(double priority, int taken) =>
        QueuePosition.MayEnter(priority, taken, places: 64);

    [Test]
    public void CreditWindow_GrowsWithScoreAndStake_WithinItsBounds() => Assert.Multiple(() =>
    {
        Assert.That(CreditWindow.Of(0, 0, Options), Is.EqualTo(Options.SmallestCredit));
        Assert.That(CreditWindow.Of(1, 0, Options), Is.EqualTo(Options.LargestCredit));
        Assert.That(CreditWindow.Of(0.5, 0, Options), Is.EqualTo(65_536));
        Assert.That(CreditWindow.Of(0.5, 1_000, Options), Is.EqualTo(66_536));
        Assert.That(CreditWindow.Of(0, long.MaxValue, Options), Is.Positive);
    });

    private List<Observation> ALongStory()
    {
        var facts = new List<Observation>();
        PeerId[] others = [.. Enumerable.Range(10, 4).Select(TestFacts.Peer)];
        foreach (PeerId other in others)
        {
            facts.Add(_facts.Receipt(Self, other, 30_000));
            facts.AddRange([_facts.Passed(Self, other), _facts.Passed(Self, other)]);
            facts.AddRange([_facts.Passed(other, Subject), _facts.Passed(other, Subject), _facts.Doubtful(other, Subject)]);
            facts.Add(_facts.Receipt(other, others[0], 9_000));
        }

        facts.AddRange([_facts.Passed(Self, Subject), _facts.Rejected(Self, Subject), _facts.Passed(Self, Subject)]);
        facts.ForEach(Add);
        return facts;
    }

    private void Times(int count, Func<Observation> fact)
    {
        for (int i = 0; i < count; i++)
        {
            Add(fact());
        }
    }

    private void Add(Observation fact) => Assert.That(_ledger.Add(fact), Is.True);

    private PeerStanding Of(PeerId peer) => _ledger.Of(peer, _facts.Now);
}
