using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>Several jobs of one payer at one provider, whose window they share: none overfills it, and none starves.</summary>
[TestFixture]
public sealed class PaidPairsTests
{
    private const int MostSteps = 20_000;

    [Test]
    public void Jobs_OfAllSizes_ShareOneWindowToTheirEnds([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        ulong window = (ulong)random.Next(60, 400);
        var gate = new CreditGate(Asset.Sol, window, 0, maxWaiting: 256);
        var credit = new CreditLine(TimeProvider.System);
        PaidPair[] jobs =
        [
            .. Enumerable.Range(0, random.Next(2, 4)).Select(_ => new PaidPair(
                window, [.. Enumerable.Range(0, random.Next(5, 60)).Select(_ => (long)random.Next(1, (int)window * 3 / 2))],
                random.Next(2) == 0 ? null : random.Next(1, 20), beside: (gate, credit))),
        ];

        for (int step = 0; jobs.Any(j => !j.IsDone || j.Owed > 0); step++)
        {
            Assert.That(step, Is.LessThan(MostSteps), $"seed {seed}: left are {string.Join(", ", jobs.Select(j => $"{j.Sent} sent"))}");
            Step(jobs[random.Next(jobs.Length)], random);
        }

        Assert.That(jobs.SelectMany(j => j.Stopped), Is.Empty, $"seed {seed}: something waited at the gate");
    }

    // One has small items without end, the other large ones: by size alone the large ones would never find room.
    [Test]
    public void Job_WithLargeItems_IsNotStarvedByOneWithSmall()
    {
        var gate = new CreditGate(Asset.Sol, 100, 0, maxWaiting: 256);
        var credit = new CreditLine(TimeProvider.System);
        var small = new PaidPair(100, [.. Enumerable.Repeat(5L, 400)], null, beside: (gate, credit));
        var large = new PaidPair(100, [.. Enumerable.Repeat(80L, 10)], null, beside: (gate, credit));
        var larger = new PaidPair(100, [.. Enumerable.Repeat(150L, 5)], null, beside: (gate, credit));
        var random = new Random(7);

        while (!small.IsDone)
        {
            Step(small, random);
            Step(large, random);
            Step(larger, random);
        }

        Assert.That((large.Sent, larger.Sent), Is.EqualTo((10, 5)), "they were done while the small ones went on");
        Assert.That(small.Stopped.Concat(large.Stopped).Concat(larger.Stopped), Is.Empty);
    }

    [Test]
    public void Job_ThatHasLeft_KeepsNobodyWaiting()
    {
        var gate = new CreditGate(Asset.Sol, 100, 0, maxWaiting: 256);
        var credit = new CreditLine(TimeProvider.System);
        var first = new PaidPair(100, [80, 80], 1, beside: (gate, credit));
        var second = new PaidPair(100, [80, 80], 1, beside: (gate, credit));
        first.Deliver(0, 1, judged: false);
        first.Pay(0);

        second.Tick();
        Assert.That((first.Sent, second.Sent), Is.EqualTo((1, 1)), "the second had waited for longer");
        second.Deliver(0, 1, judged: false);
        second.Pay(0);
        second.Tick();
        Assert.That(second.Sent, Is.EqualTo(1), "now it is the first one's turn");

        first.Leave();
        second.Tick();
        Assert.That(second.Sent, Is.EqualTo(2));
    }

    [Test]
    public void Earlier_IsWhatNoJobHereStandsFor()
    {
        var credit = new CreditLine(TimeProvider.System);
        Assert.That(credit.Owe(30).Earlier, Is.Zero);

        CreditShare first = credit.Join(100, unpaid: 40, () => { });
        Assert.That(first.Earlier, Is.EqualTo(10), "30 of the 40 are being paid");

        first.SetOut(50);
        Assert.That(credit.Join(100, unpaid: 60, () => { }).Earlier, Is.EqualTo(10), "the rest may be of what is out");
        Assert.That(credit.Join(100, unpaid: 95, () => { }).Earlier, Is.EqualTo(15), "more than is out and owed is not");
        Assert.That(credit.Join(100, unpaid: 31, () => { }).Earlier, Is.EqualTo(1), "what was left is less by now");
    }

    [Test]
    public void Turn_OfAJobThatWaits_IsToldToIt()
    {
        int woken = 0;
        var credit = new CreditLine(TimeProvider.System);
        CreditShare first = credit.Join(100, 0, () => { });
        CreditShare second = credit.Join(100, 0, () => woken++);
        Assert.That(first.TryGrant(100, waits: true), Is.True);
        first.SetOut(100);
        first.EndRound();

        Assert.That(second.TryGrant(10, waits: true), Is.False);
        second.EndRound();
        Assert.That((second.IsWaiting, second.OthersMove, woken), Is.EqualTo((true, true, 0)));

        first.SetOut(60);
        first.EndRound();
        Assert.That(woken, Is.EqualTo(1));
        Assert.That(first.TryGrant(70, waits: true), Is.False, "who waits comes first");
        Assert.That(second.TryGrant(40, waits: true), Is.True);
    }

    private static void Step(PaidPair job, Random random)
    {
        switch (random.Next(4))
        {
            case 0 when job.ShardsOut > 0:
                job.Finish(random.Next(job.ShardsOut), random.NextDouble());
                break;
            case 1 when job.ShardsOut > 0:
                job.Deliver(random.Next(job.ShardsOut), random.NextDouble(), random.Next(4) == 0);
                break;
            case 2 when job.Owed > 0:
                job.Pay(random.Next(job.Owed));
                break;
            default:
                job.Tick();
                break;
        }
    }
}
