using Google.Protobuf;
using Infernet.Core.Evidence;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Core.Tests.Evidence;
using Infernet.Daemon.Reputation;

namespace Infernet.Daemon.Tests.Reputation;

[TestFixture]
public sealed class ReputationServiceTests
{
    [Test]
    public async Task OwnFact_CountsAndIsToldToOthers()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync();
        var changed = new List<PeerId>();
        home.Service.Changed += changed.Add;

        await home.RecordAsync(new TestEvidence());

        byte[] told = await home.Told.Reader.ReadAsync().AsTask().WaitAsync(ReputationFixture.Patience);
        Assert.Multiple(() =>
        {
            Assert.That(home.Service.Of(ReputationFixture.Provider).AuditsPassed, Is.EqualTo(1));
            Assert.That(changed, Is.EqualTo((PeerId[])[ReputationFixture.Provider]));
            Assert.That(told, Is.EqualTo(EvidenceBytes.Canonical(new TestEvidence().Verdict())));
            Assert.That(home.Service.All().Single().Peer, Is.EqualTo(ReputationFixture.Provider));
            Assert.That(home.Service.OwnVerdicts(o => o.Provider == ReputationFixture.Provider), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task OwnFact_ThatIsNone_IsAnErrorThatSaysWhy()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync();

        ArgumentException error = (await Assert.ThrowsAsync<ArgumentException>(
            () => home.RecordAsync(new TestEvidence { FactSigner = TestEvidence.Identity(9) })))!;

        Assert.That(error.Message, Does.Contain("aggregator's signature"));
        Assert.That(home.Service.FactCount, Is.Zero);
    }

    [Test]
    public async Task OwnFact_RecordedTwice_IsOne()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync();
        await home.RecordAsync(new TestEvidence());
        await home.RecordAsync(new TestEvidence());

        Assert.That(home.Service.FactCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Standing_IsTheSameAfterARestart()
    {
        await using ReputationFixture home = await FilledAsync();
        PeerStanding before = home.Service.Of(ReputationFixture.Provider);

        await home.RestartAsync();

        Assert.That(home.Service.Of(ReputationFixture.Provider), Is.EqualTo(before));
        Assert.That(before.AuditsFailed, Is.EqualTo(1));
        Assert.That(before.AuditorScore, Is.LessThan(0.5));
    }

    [Test]
    public async Task Standing_ThatWasLost_IsMadeAgainFromTheEvidence()
    {
        await using ReputationFixture home = await FilledAsync();
        PeerStanding before = home.Service.Of(ReputationFixture.Provider);
        await home.Table.ClearStandingAsync(CancellationToken.None);

        await home.RestartAsync();

        Assert.That(home.Service.Of(ReputationFixture.Provider), Is.EqualTo(before));
        Assert.That(home.Table.Standing("1"), Has.Count.EqualTo(home.Service.FactCount));
    }

    [Test]
    public async Task Standing_OfAnOlderArithmetic_IsMadeAgain()
    {
        await using ReputationFixture home = await FilledAsync();
        PeerStanding before = home.Service.Of(ReputationFixture.Provider);

        await home.RestartAsync(arithmetic: "2");

        Assert.That(home.Service.Of(ReputationFixture.Provider), Is.EqualTo(before));
        Assert.That(home.Table.Standing("1"), Is.Empty);
    }

    [Test]
    public async Task Standing_IsMadeAgain_FromFactsThatHaveGrownOld()
    {
        await using ReputationFixture home = await FilledAsync();
        await home.Table.ClearStandingAsync(CancellationToken.None);
        home.Time.Now += TimeSpan.FromDays(60);

        await home.RestartAsync();

        Assert.That(home.Service.Of(ReputationFixture.Provider).AuditsFailed, Is.EqualTo(1));
    }

    [Test]
    public async Task Fact_ThatWasForgedInTheFile_CountsNoMore()
    {
        await using ReputationFixture home = await FilledAsync();
        var forged = new TestEvidence { FactSigner = TestEvidence.Identity(9), Shard = 77 };
        await home.Table.AddAsync(
            new Infernet.Daemon.Journal.EvidenceRecord(
                new Observation
                {
                    Id = new string('0', 64), Kind = ObservationKind.Receipt, Provider = ReputationFixture.Provider,
                    Aggregator = ReputationFixture.Self, Work = "forged", Tokens = 1_000_000, At = TestEvidence.Now,
                },
                Own: true),
            forged.Receipt().ToByteArray(), "1", CancellationToken.None);
        await home.Table.ClearStandingAsync(CancellationToken.None);

        await home.RestartAsync();

        Assert.That(home.Service.FactCount, Is.EqualTo(4));
        Assert.That(home.Table.Find(new string('0', 64)), Is.Null);
    }

    [Test]
    public async Task TheirFact_ThatIsRight_IsKeptAndPassedOn_Once()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync();
        Core.Schemas.Evidence fact = Theirs(1).Verdict();

        EvidenceReception first = await home.HearAsync(fact);
        EvidenceReception second = await home.HearAsync(fact, TestEvidence.Identity(51).Id);

        Assert.That(first.Outcome, Is.EqualTo(EvidenceOutcome.Accepted));
        Assert.That(second.Outcome, Is.EqualTo(EvidenceOutcome.Ignored));
        Assert.That(home.Service.FactCount, Is.EqualTo(1));
        Assert.That(home.Told.Reader.TryRead(out _), Is.False);
    }

    [Test]
    public async Task TheirFact_ThatIsForged_IsRejected_AndThatIsOldIgnored()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync();
        var old = new TestEvidence
        {
            Aggregator = TestEvidence.Identity(20), FinishedAt = TestEvidence.Now.AddDays(-40),
        };

        EvidenceReception forged = await home.HearAsync(
            new TestEvidence { FactSigner = TestEvidence.Identity(9) }.Verdict());
        EvidenceReception expired = await home.HearAsync(old.Receipt());
        EvidenceReception garbage = await home.Service.ReceiveAsync(
            new byte[] { 1, 2, 3 }, TestEvidence.Identity(50).Id, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(forged.Outcome, Is.EqualTo(EvidenceOutcome.Rejected));
            Assert.That(garbage.Outcome, Is.EqualTo(EvidenceOutcome.Rejected));
            Assert.That(expired.Outcome, Is.EqualTo(EvidenceOutcome.Ignored));
            Assert.That(home.Service.FactCount, Is.Zero);
        });
    }

    [Test]
    public async Task Flood_FromOnePeer_IsBounded_AndOthersAreStillHeard()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync(
            ReputationFixture.NoRefill with { BurstPerPeer = 5, RatePerPeer = 1 });
        int accepted = 0;
        for (int i = 0; i < 40; i++)
        {
            EvidenceReception heard = await home.HearAsync(Theirs(i).Receipt());
            accepted += heard.Outcome == EvidenceOutcome.Accepted ? 1 : 0;
        }

        EvidenceReception other = await home.HearAsync(Theirs(100).Receipt(), TestEvidence.Identity(51).Id);

        Assert.That(accepted, Is.EqualTo(5));
        Assert.That(other.Outcome, Is.EqualTo(EvidenceOutcome.Accepted));
    }

    [Test]
    public async Task Flood_FromManyStrangers_LeavesRoomForPartners()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync(
            ReputationFixture.NoRefill with { BurstOfStrangers = 5, RateOfStrangers = 1 });
        await home.RecordAsync(new TestEvidence(), verdict: false);
        for (int i = 0; i < 40; i++)
        {
            await home.HearAsync(Theirs(i).Receipt(), TestEvidence.Identity(1_000 + i).Id);
        }

        EvidenceReception stranger = await home.HearAsync(Theirs(100).Receipt());
        EvidenceReception partner = await home.HearAsync(Theirs(101).Receipt(), ReputationFixture.Provider);

        Assert.That(home.Service.FactCount, Is.EqualTo(1 + 5 + 1));
        Assert.That(stranger.Outcome, Is.EqualTo(EvidenceOutcome.Ignored));
        Assert.That(partner.Outcome, Is.EqualTo(EvidenceOutcome.Accepted));
    }

    [Test]
    public async Task Flood_SignedByOneAuthor_IsBoundedWhoeverPassesItOn()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync(
            ReputationFixture.NoRefill with { BurstPerAuthor = 5, RatePerAuthor = 1 });
        for (int i = 0; i < 40; i++)
        {
            await home.HearAsync(
                new TestEvidence { Aggregator = TestEvidence.Identity(20), Shard = (ulong)i }.Receipt(),
                TestEvidence.Identity(1_000 + i).Id);
        }

        Assert.That(home.Service.FactCount, Is.EqualTo(5));
    }

    [Test]
    public async Task Auditor_IsRemembered()
    {
        await using ReputationFixture home = await ReputationFixture.OpenAsync();
        PeerId auditor = TestEvidence.Identity(30).Id;
        await home.Service.RecordAuditorAsync(auditor, AuditorFinding.CanaryMissed, CancellationToken.None);

        await home.RestartAsync();

        Assert.That(home.Service.Of(auditor).MayAudit, Is.False);
    }

    private static async Task<ReputationFixture> FilledAsync()
    {
        ReputationFixture home = await ReputationFixture.OpenAsync();
        await home.RecordAsync(new TestEvidence());
        await home.RecordAsync(new TestEvidence { Shard = 8, WrongTokens = 20 });
        await home.RecordAsync(new TestEvidence { Shard = 9 }, verdict: false);
        await home.HearAsync(Theirs(1).Verdict());
        await home.Service.RecordAuditorAsync(
            ReputationFixture.Provider, AuditorFinding.Outvoted, CancellationToken.None);
        return home;
    }

    private static TestEvidence Theirs(int number) => new()
    {
        Aggregator = TestEvidence.Identity(200 + number), Auditor = TestEvidence.Identity(3), Shard = (ulong)number,
    };
}
