using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Tests.Audits;

namespace Infernet.Daemon.Tests.Jobs.Auditing;

[TestFixture]
public sealed class JobAuditsTests
{
    private static readonly PeerId Self = NodeIdentity.Generate().Id;
    private static readonly PeerId Provider = NodeIdentity.Generate().Id;
    private static readonly AuditSubject Known = new(0.9, 1_000, 0);

    [Test]
    public void Newcomer_IsAuditedEveryTimeAtFirstAndLessAsItPasses()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        OfferRecord offer = Offer(audits.RatePpm(Provider));
        Assert.That(offer.RatePpm, Is.EqualTo(AuditDraw.Always));

        var drawn = new List<bool>();
        for (int i = 0; i < 400; i++)
        {
            AuditOrder? order = Draw(audits, offer, i);
            drawn.Add(order is not null);
            if (order is not null)
            {
                Assert.That(order.Discretionary, Is.False);
                Pass(audits, order);
            }
        }

        Assert.That(drawn.Take(8), Is.All.True);
        Assert.That(drawn.Skip(200).Count(d => d), Is.InRange(5, 60));
        Assert.That(audits.Pending, Is.Zero);
    }

    [Test]
    public void Self_IsNeverAudited()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        Assert.That(audits.RatePpm(Self), Is.Zero);
        Assert.That(audits.Draw(Self, 1, Offer(AuditDraw.Always), Receipt(1), 4), Is.Null);
    }

    [Test]
    public void RateOfZero_AuditsNobody()
    {
        var audits = new JobAudits(new AuditPolicy { BaseRate = 0 }, Self, 1e4, _ => AuditSubject.Newcomer);
        Assert.That(audits.RatePpm(Provider), Is.Zero);
    }

    [Test]
    public void EmptyReceipt_IsNotAudited() => Assert.That(
        Audits(AuditSubject.Newcomer).Draw(Provider, 1, Offer(AuditDraw.Always), Receipt(1), 0), Is.Null);

    [Test]
    public void Places_AreThoseOfTheDraw()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        OfferRecord offer = Offer(AuditDraw.Always);
        AuditOrder order = audits.Draw(Provider, 1, offer, Receipt(1), 100)!;

        Assert.That(order.Places, Is.EqualTo(AuditDraw.PickItems(offer.Secret, Receipt(1), 100)));
        Assert.That(order.Places, Has.Count.EqualTo(AuditDraw.DefaultItems));
    }

    [Test]
    public void OneRejection_ConvictsNobodyButRaisesTheRateBeyondTheDraw()
    {
        JobAudits audits = Audits(Known);
        uint rate = audits.RatePpm(Provider);
        AuditRuling ruling = Conclude(audits, Draw(audits, Offer(AuditDraw.Always), 0, drawnAt: rate), TestAudits.Rejected);

        Assert.That(ruling.State, Is.EqualTo(AuditState.Rejected));
        Assert.That(ruling.Convicted, Is.False);
        audits.Close(ruling);
        Assert.That(audits.RatePpm(Provider), Is.EqualTo(AuditDraw.Always));
        Assert.That(audits.Draw(Provider, 2, Offer(0), Receipt(2), 4)!.Discretionary, Is.True);
    }

    [Test]
    public void SecondRejection_ConvictsAndClosesAllThatIsOutOfTheProvider()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        OfferRecord offer = Offer(AuditDraw.Always);
        AuditOrder[] orders = [.. Enumerable.Range(0, 4).Select(i => Draw(audits, offer, i)!)];
        AuditOrder other = audits.Draw(TestAudits.SomePeers(1)[0], 9, Offer(AuditDraw.Always), Receipt(9), 4)!;
        audits.Close(Conclude(audits, orders[0], TestAudits.Rejected));
        AuditRuling convicting = Conclude(audits, orders[1], TestAudits.Rejected);

        Assert.That(convicting.Convicted, Is.True);
        Assert.That(audits.Convicted, Is.EqualTo(new[] { Provider }));
        Assert.That(audits.Pending, Is.EqualTo(4), "Nothing is closed before it is durable.");
        Assert.That(audits.Conclude(orders[2].Key, Result(TestAudits.Verified)), Is.Null, "It is of no interest now.");
        Assert.That(audits.Close(convicting), Is.EquivalentTo(orders.Skip(1)));
        Assert.That(audits.Pending, Is.EqualTo(1));
        Assert.That(Conclude(audits, other, TestAudits.Verified).State, Is.EqualTo(AuditState.Verified));
    }

    [Test]
    public void HearingWithoutAnAuditor_LeavesTheAnswersUnaudited()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        AuditOrder order = Draw(audits, Offer(AuditDraw.Always), 0)!;
        AuditRuling ruling = audits.Conclude(order.Key, new HearingResult(null, [], false, []))!;

        Assert.That((ruling.State, ruling.Reason), Is.EqualTo((AuditState.Unaudited, "no auditor")));
        Assert.That(ruling.Convicted, Is.False);
    }

    [Test]
    public void Suspicion_LeavesTheAnswersDisputed() => Assert.That(
        Conclude(Audits(AuditSubject.Newcomer), TestAudits.Suspicious).State, Is.EqualTo(AuditState.Disputed));

    [Test]
    public void Hearing_OfNothingThatIsPending_ComesToNothing() => Assert.That(
        Audits(AuditSubject.Newcomer).Conclude("ab", Result(TestAudits.Rejected)), Is.Null);

    [Test]
    public void Withdrawal_TakesTheOrderBack()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        audits.Withdraw(Draw(audits, Offer(AuditDraw.Always), 0)!);
        Assert.That(audits.Pending, Is.Zero);
    }

    [Test]
    public void Restart_GoesOnWithWhatWasPendingAndRemembersWhatWasJudged()
    {
        JobAudits audits = Audits(Known);
        Assert.That(audits.Restore(Record(1, AuditState.Rejected, 20)), Is.Null);
        Assert.That(audits.Restore(Record(2, AuditState.Unaudited, 0)), Is.Null);
        AuditOrder order = audits.Restore(Record(3, AuditState.Pending, 0))!;

        Assert.That(audits.Pending, Is.EqualTo(1));
        Assert.That(audits.Convicted, Is.Empty);
        Assert.That(Conclude(audits, order, TestAudits.Rejected).Convicted, Is.True, "The first one counts.");
    }

    [Test]
    public void Restart_AfterAConviction_KnowsTheConvict()
    {
        JobAudits audits = Audits(Known);
        audits.Restore(Record(1, AuditState.Rejected, 20));
        audits.Restore(Record(2, AuditState.Rejected, 20));

        Assert.That(audits.Convicted, Is.EqualTo(new[] { Provider }));
    }

    [Test]
    public void TheSameAnswersAgain_AreNoNewEvidence()
    {
        JobAudits audits = Audits(AuditSubject.Newcomer);
        OfferRecord offer = Offer(AuditDraw.Always);
        ShardFinding wrong = TestAudits.Rejected with { Items = [new JudgedItem(1, false, true, [20])] };
        AuditRuling[] rulings =
            [.. Enumerable.Range(0, 5).Select(i => Conclude(audits, Draw(audits, offer, i)!, wrong))];

        Assert.That(rulings.Select(r => r.State), Is.All.EqualTo(AuditState.Rejected), "Each of them is redone.");
        Assert.That(rulings.Select(r => r.Ratio), Is.EqualTo(new double[] { 20, 0, 0, 0, 0 }));
        Assert.That(audits.Convicted, Is.Empty);
    }

    [Test]
    public void Restart_RemembersWhichAnswersWereJudged()
    {
        AuditRequest request = TestAudits.Request(items: 1);
        ShardFinding wrong = TestAudits.Case(request: request).Find(new Verdict
        {
            Engine = TestAudits.Engine, Items = { TestAudits.Items(request, ItemVerdict.Types.Fault.Text) },
        });
        JobAudits audits = Audits(AuditSubject.Newcomer);
        audits.Restore(Record(1, AuditState.Rejected, 20) with { Request = request.ToByteArray() });
        AuditRuling again = Conclude(audits, Draw(audits, Offer(AuditDraw.Always), 2)!, wrong);

        Assert.That((again.Ratio, again.Convicted), Is.EqualTo((0.0, false)));
    }

    private static JobAudits Audits(AuditSubject known) => new(new AuditPolicy(), Self, 1e4, _ => known);

    private static OfferRecord Offer(uint rate) => new()
    {
        Hash = [1], Provider = Provider.ToString(), Offer = [], Secret = SHA256.HashData([7]), RatePpm = rate,
    };

    private static byte[] Receipt(int number) => SHA256.HashData(BitConverter.GetBytes(number));

    private static AuditOrder? Draw(JobAudits audits, OfferRecord offer, int number) =>
        audits.Draw(Provider, number, offer, Receipt(number), 4);

    private static AuditOrder Draw(JobAudits audits, OfferRecord offer, int from, uint drawnAt)
    {
        int number = from;
        while (!AuditDraw.IsDrawn(offer.Secret, Receipt(number), drawnAt))
        {
            number++;
        }

        return Draw(audits, offer, number)!;
    }

    private static AuditRuling Conclude(JobAudits audits, ShardFinding finding) =>
        Conclude(audits, Draw(audits, Offer(AuditDraw.Always), 0)!, finding);

    private static AuditRuling Conclude(JobAudits audits, AuditOrder order, ShardFinding finding) =>
        audits.Conclude(order.Key, Result(finding))!;

    private static void Pass(JobAudits audits, AuditOrder order) =>
        audits.Close(Conclude(audits, order, TestAudits.Verified));

    private static HearingResult Result(ShardFinding finding) =>
        new(finding, [TestAudits.Testimony(Self, finding)], false, []);

    private static AuditRecord Record(int number, string state, double ratio) => new()
    {
        Receipt = Receipt(number), Offer = [1], Provider = Provider.ToString(), Shard = number, Discretionary = false,
        Places = [0], Request = [], OpenedAt = DateTimeOffset.UnixEpoch, State = state, Ratio = ratio,
    };
}
