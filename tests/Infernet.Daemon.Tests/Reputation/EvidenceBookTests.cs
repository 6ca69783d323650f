using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Core.Tests.Evidence;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;

namespace Infernet.Daemon.Tests.Reputation;

[TestFixture]
public sealed class EvidenceBookTests
{
    private static readonly EvidenceOptions Options = new()
    {
        MaxOwn = 20, MaxOthers = 100, MaxPerProvider = 20, MaxPerAggregator = 10,
    };

    private static readonly PeerId Partner = Peer(1);

    private int _count;

    [Test]
    public void FactsOfOneAggregator_MakeRoom_TheOldestFirst()
    {
        var book = new EvidenceBook(Options);
        for (int i = 0; i < 200; i++)
        {
            Add(book, Fact(Peer(100 + i), Partner));
        }

        Assert.That(book.Count, Is.InRange(9, 10));
        Assert.That(book.All.Max(r => r.Observation.At), Is.EqualTo(TestEvidence.Now.AddMinutes(_count)));
    }

    [Test]
    public void FactsAboutOneProvider_MakeRoom_ThoseOfStrangersFirst()
    {
        var book = new EvidenceBook(Options);
        Add(book, Fact(Peer(5), Partner));
        for (int i = 0; i < 200; i++)
        {
            Add(book, Fact(Peer(5), Peer(100 + i)));
        }

        Assert.That(book.Count, Is.InRange(18, 20));
        Assert.That(book.All.Select(r => r.Observation.Aggregator), Has.Member(Partner));
    }

    [Test]
    public void FactsOfAll_AreBounded_AndRejectionsByPartnersStayLongest()
    {
        var book = new EvidenceBook(Options);
        Add(book, Fact(Peer(5), Partner, rejected: true));
        for (int i = 0; i < 500; i++)
        {
            Add(book, Fact(Peer(1_000 + i), Peer(3_000 + i), rejected: true));
        }

        Assert.That(book.Count, Is.AtMost(100));
        Assert.That(book.All.Select(r => r.Observation.Aggregator), Has.Member(Partner));
    }

    [Test]
    public void OwnFacts_MakeRoomForOwnOnly()
    {
        var book = new EvidenceBook(Options);
        Add(book, Fact(Peer(5), Partner));
        for (int i = 0; i < 100; i++)
        {
            Add(book, Fact(Peer(5), Peer(0)) with { Own = true });
        }

        Assert.That(book.All.Count(r => r.Own), Is.InRange(18, 20));
        Assert.That(book.All.Count(r => !r.Own), Is.EqualTo(1));
    }

    [Test]
    public void Facts_ExpireByTheirAge_RejectionsLater()
    {
        var book = new EvidenceBook(Options);
        book.Add(Fact(Peer(5), Partner));
        book.Add(Fact(Peer(5), Partner, rejected: true));
        DateTimeOffset later = TestEvidence.Now.AddDays(31);

        Assert.That(book.Expire(later), Has.Count.EqualTo(1));
        Assert.That(book.All.Single().Observation.Finding!.Outcome, Is.EqualTo(ShardOutcome.Rejected));
        Assert.That(book.Expire(later.AddDays(180)), Has.Count.EqualTo(1));
    }

    private static PeerId Peer(int number) => TestEvidence.Identity(number).Id;

    private static void Add(EvidenceBook book, EvidenceRecord record)
    {
        Assert.That(book.Add(record), Is.True);
        book.MakeRoom(record, peer => peer == Partner ? 1 : 0);
    }

    private EvidenceRecord Fact(PeerId provider, PeerId aggregator, bool rejected = false)
    {
        _count++;
        return new EvidenceRecord(
            new Observation
            {
                Id = $"{_count:x64}",
                Kind = ObservationKind.Audit,
                Provider = provider,
                Aggregator = aggregator,
                Auditor = aggregator,
                Work = $"{_count}",
                Finding = new ShardFinding(rejected ? ShardOutcome.Rejected : ShardOutcome.Verified, rejected ? 20 : -1),
                At = TestEvidence.Now.AddMinutes(_count),
            },
            Own: false);
    }
}
