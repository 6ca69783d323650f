using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Core.Tests.Reputation;

/// <summary>What others say: it weighs by settled work, and nothing that costs nothing weighs anything.</summary>
[TestFixture]
public sealed class ThirdPartyTests
{
    private static readonly ReputationOptions Options = new();
    private static readonly PeerId Self = TestFacts.Peer(0);
    private static readonly PeerId Subject = TestFacts.Peer(1);

    private TestFacts _facts = null!;
    private ReputationLedger _ledger = null!;

    [SetUp]
    public void Begin() => (_facts, _ledger) = (new TestFacts(), new ReputationLedger(Self, Options));

    [Test]
    public void Report_OfAPartner_Counts_OfAStrangerNot()
    {
        PeerId partner = Partner(2);
        _ledger.Add(_facts.Passed(partner, Subject));
        double byPartner = Of(Subject).ThirdPartyPassed;
        _ledger.Add(_facts.Passed(TestFacts.Peer(3), Subject));

        Assert.That(byPartner, Is.InRange(0.5, 1));
        Assert.That(Of(Subject).ThirdPartyPassed, Is.EqualTo(byPartner).Within(0.001));
    }

    [Test]
    public void Weight_ComesFromWorkThatWasDoneForThisNode_NotFromWorkThatWasAskedOfIt()
    {
        PeerId asks = TestFacts.Peer(2);
        _ledger.Add(_facts.Receipt(asks, Self, 1_000_000));

        Assert.That(Of(asks).ReporterWeight, Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void PartnersWhoReportOneAnswerThreeTimes_ConvictNobodyByIt(bool same)
    {
        foreach (PeerId partner in Enumerable.Range(2, 4).Select(Partner).ToArray())
        {
            for (int i = 0; i < 3; i++)
            {
                _ledger.Add(_facts.Rejected(partner, Subject, same ? 1 : (UInt128)i));
            }
        }

        Assert.That(Of(Subject).IsExcluded, Is.EqualTo(!same));
    }

    [Test]
    public void SybilsWhoPraiseEachOtherAndSlanderOthers_WeighNothing()
    {
        PeerId[] sybils = [.. Enumerable.Range(100, 200).Select(TestFacts.Peer)];
        PeerStanding before = Of(Subject);
        for (int i = 0; i < sybils.Length; i++)
        {
            PeerId next = sybils[(i + 1) % sybils.Length];
            _ledger.Add(_facts.Receipt(sybils[i], next, 1_000_000));
            _ledger.Add(_facts.Passed(sybils[i], next));
            _ledger.Add(_facts.Rejected(sybils[i], Subject));
            _ledger.Add(_facts.Rejected(sybils[i], Subject));
        }

        Assert.Multiple(() =>
        {
            Assert.That(Of(Subject).Score, Is.EqualTo(before.Score));
            Assert.That(Of(Subject).IsExcluded, Is.False);
            Assert.That(Of(sybils[0]).Score, Is.EqualTo(before.Score));
            Assert.That(Of(sybils[0]).ReporterWeight, Is.Zero);
        });
    }

    [Test]
    public void SybilsBehindAPartner_WeighLessTogetherThanThePartnerAlone()
    {
        PeerId traitor = Partner(2);
        PeerId[] sybils = [.. Enumerable.Range(100, 300).Select(TestFacts.Peer)];
        foreach (PeerId sybil in sybils)
        {
            _ledger.Add(_facts.Receipt(traitor, sybil, 1_000_000));
        }

        double together = sybils.Sum(s => Of(s).ReporterWeight);

        Assert.That(together, Is.InRange(0.1, Options.SecondHopShare * Of(traitor).ReporterWeight + 1e-9));
    }

    [Test]
    public void ManyIdentitiesOfOnePartner_AreOneVoice_AndBanNobody()
    {
        PeerId traitor = Partner(2);
        for (int i = 0; i < 50; i++)
        {
            PeerId sybil = TestFacts.Peer(100 + i);
            _ledger.Add(_facts.Receipt(traitor, sybil, 1_000_000));
            Condemn(sybil);
        }

        Condemn(traitor);

        Assert.That(Of(Subject).IsExcluded, Is.False);
    }

    [Test]
    public void ThirdHop_WeighsNothing()
    {
        PeerId partner = Partner(2);
        PeerId friend = TestFacts.Peer(3);
        PeerId friendsFriend = TestFacts.Peer(4);
        _ledger.Add(_facts.Receipt(partner, friend, 50_000));
        _ledger.Add(_facts.Receipt(friend, friendsFriend, 50_000));

        Assert.That(Of(friend).ReporterWeight, Is.Positive);
        Assert.That(Of(friendsFriend).ReporterWeight, Is.Zero);
    }

    [Test]
    public void Subject_VouchesForNobodyWhoReportsOnIt()
    {
        _ledger.Add(_facts.Receipt(Self, Subject, 1_000_000));
        for (int i = 0; i < 20; i++)
        {
            PeerId own = TestFacts.Peer(100 + i);
            _ledger.Add(_facts.Receipt(Subject, own, 1_000_000));
            _ledger.Add(_facts.Passed(own, Subject));
        }

        Assert.That(Of(Subject).ThirdPartyPassed, Is.Zero);
    }

    [Test]
    public void EverybodyElse_CountsLessThanAHandfulOfOwnAudits()
    {
        for (int i = 0; i < 40; i++)
        {
            PeerId partner = Partner(100 + i);
            for (int n = 0; n < 10; n++)
            {
                _ledger.Add(_facts.Passed(partner, Subject));
            }
        }

        PeerStanding standing = Of(Subject);

        Assert.That(standing.ThirdPartyPassed, Is.EqualTo(Options.MaxThirdParty).Within(1e-9));
        Assert.That(standing.IsNewcomer, Is.True);
    }

    [Test]
    public void OneReporter_CountsForLittle_HoweverMuchItReports()
    {
        PeerId partner = Partner(2);
        for (int i = 0; i < 100; i++)
        {
            _ledger.Add(_facts.Passed(partner, Subject));
        }

        Assert.That(Of(Subject).ThirdPartyPassed, Is.AtMost(Options.MaxPerReporter));
    }

    [Test]
    public void EnoughIndependentPartnersWhoConvict_Exclude()
    {
        Condemn(Partner(2));
        Condemn(Partner(3));
        Assert.That(Of(Subject).IsExcluded, Is.False);

        Condemn(Partner(4));
        Condemn(Partner(5));

        Assert.That(Of(Subject).Exclusion, Does.Contain("4 independent peers"));
    }

    [Test]
    public void OnesOwnCleanRecord_OutweighsAnyConvictionByOthers()
    {
        for (int i = 0; i < 10; i++)
        {
            Condemn(Partner(100 + i));
        }

        Assert.That(Of(Subject).IsExcluded, Is.True);
        for (int i = 0; i < 3; i++)
        {
            _ledger.Add(_facts.Passed(Self, Subject));
        }

        Assert.That(Of(Subject).IsExcluded, Is.False);
    }

    [Test]
    public void PartnersWhoFoundItHonest_StandAgainstThoseWhoConvict()
    {
        for (int i = 0; i < 5; i++)
        {
            Condemn(Partner(100 + i));
            _ledger.Add(_facts.Passed(Partner(200 + i), Subject));
        }

        Assert.That(Of(Subject).IsExcluded, Is.False);
    }

    [Test]
    public void Slanderer_LosesItsVoice_OnceItContradictsWhatOneKnows()
    {
        PeerId slanderer = Partner(2);
        double before = Of(slanderer).ReporterWeight;
        foreach (int known in (ReadOnlySpan<int>)[10, 11, 12])
        {
            PeerId honest = Partner(known);
            _ledger.Add(_facts.Rejected(slanderer, honest));
            _ledger.Add(_facts.Rejected(slanderer, honest));
        }

        Assert.That(Of(slanderer).ReporterWeight, Is.EqualTo(before / 10).Within(0.01));
    }

    // One odd answer that stands in many receipts convicts nobody; so who reports it condemns nobody either.
    [TestCase(true)]
    [TestCase(false)]
    public void Reporter_OfOneFaultManyTimes_KeepsItsVoice(bool same)
    {
        PeerId reporter = Partner(2);
        double before = Of(reporter).ReporterWeight;
        foreach (int known in (ReadOnlySpan<int>)[10, 11, 12])
        {
            PeerId honest = Partner(known);
            for (int i = 0; i < 3; i++)
            {
                _ledger.Add(_facts.Rejected(reporter, honest, same ? (UInt128)known : (UInt128)(100 * known + i)));
            }
        }

        Assert.That(Of(reporter).ReporterWeight, Is.EqualTo(same ? before : before / 10).Within(0.01));
    }

    [Test]
    public void Reporter_WhoseOtherAuditorsSawNoFault_KeepsItsVoice()
    {
        PeerId reporter = Partner(2);
        double before = Of(reporter).ReporterWeight;
        PeerId honest = Partner(10);
        for (int i = 0; i < 2; i++)
        {
            Observation wrong = _facts.Rejected(reporter, honest, TestFacts.Peer(30));
            _ledger.Add(wrong);
            _ledger.Add(_facts.Passed(reporter, honest, TestFacts.Peer(31)) with { Work = wrong.Work });
            _ledger.Add(_facts.Passed(reporter, honest, TestFacts.Peer(32)) with { Work = wrong.Work });
        }

        Assert.That(Of(reporter).ReporterWeight, Is.EqualTo(before).Within(0.001));
    }

    [Test]
    public void Reporter_WhoCondemnsThoseWhomOneConvicted_KeepsItsVoice()
    {
        PeerId reporter = Partner(2);
        double before = Of(reporter).ReporterWeight;
        foreach (int number in (ReadOnlySpan<int>)[20, 21, 22])
        {
            PeerId cheat = TestFacts.Peer(number);
            for (int i = 0; i < 2; i++)
            {
                _ledger.Add(_facts.Rejected(Self, cheat));
                _ledger.Add(_facts.Rejected(reporter, cheat));
            }
        }

        Assert.That(Of(reporter).ReporterWeight, Is.EqualTo(before).Within(0.001));
    }

    [Test]
    public void Convict_WeighsNothingAsAReporter()
    {
        PeerId convict = Partner(2);
        _ledger.Add(_facts.Rejected(Self, convict));
        _ledger.Add(_facts.Rejected(Self, convict));
        Condemn(convict);

        Assert.That(Of(convict).ReporterWeight, Is.Zero);
        Assert.That(Of(Subject).ThirdPartyFailed, Is.Zero);
    }

    [Test]
    public void Report_OfAnAuditorKnownToBeBad_WeighsLess()
    {
        PeerId auditor = TestFacts.Peer(9);
        PeerId partner = Partner(2);
        _ledger.Add(_facts.Rejected(partner, Subject, auditor));
        double before = Of(Subject).ThirdPartyFailed;

        _ledger.Add(auditor, AuditorFinding.CanaryMissed, _facts.Now);

        Assert.That(Of(Subject).ThirdPartyFailed, Is.LessThan(before / 2 + 1e-9));
    }

    [Test]
    public void SettledWork_CountsOnce_HoweverOftenItsReceiptIsWrapped()
    {
        Observation receipt = _facts.Receipt(Self, Subject, 10_000);
        _ledger.Add(receipt);
        double before = Of(Subject).SettledTokens;
        _ledger.Add(receipt with { Id = "another" });

        Assert.That(Of(Subject).SettledTokens, Is.EqualTo(before));
    }

    private PeerId Partner(int number)
    {
        PeerId partner = TestFacts.Peer(number);
        _ledger.Add(_facts.Receipt(Self, partner, 100_000));
        for (int i = 0; i < 8; i++)
        {
            _ledger.Add(_facts.Passed(Self, partner));
        }

        return partner;
    }

    private void Condemn(PeerId reporter)
    {
        _ledger.Add(_facts.Rejected(reporter, Subject));
        _ledger.Add(_facts.Rejected(reporter, Subject));
    }

    private PeerStanding Of(PeerId peer) => _ledger.Of(peer, _facts.Now);
}
