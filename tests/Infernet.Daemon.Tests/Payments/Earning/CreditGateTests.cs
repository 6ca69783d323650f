using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Earning;

namespace Infernet.Daemon.Tests.Payments.Earning;

[TestFixture]
public sealed class CreditGateTests
{
    private readonly IntentUse _intent = new(1_000_000);

    [Test]
    public void Shards_BeyondTheWindow_Wait()
    {
        CreditGate gate = Gate(100);

        Assert.That(gate.Enter(Entry(60)), Is.InstanceOf<GateAnswer.Begin>());
        Assert.That(gate.Enter(Entry(41)), Is.InstanceOf<GateAnswer.Wait>());
    }

    [Test]
    public void Payer_ThatNeverPays_GetsItsWindowAndNoMore()
    {
        CreditGate gate = Gate(100);
        ulong worked = 0;
        for (int i = 0; i < 1_000; i++)
        {
            GateEntry entry = Entry(10);
            if (gate.Enter(entry) is GateAnswer.Begin)
            {
                gate.Ended(entry, 10);
                worked += 10;
            }
            else
            {
                gate.Leave(entry);
            }
        }

        Assert.That(worked, Is.EqualTo(100));
    }

    [Test]
    public void Audits_BesideAWindowFullOfShards_HaveAQuarterToThemselves()
    {
        CreditGate gate = Gate(100);
        gate.Enter(Entry(100));

        Assert.That(gate.TryEnterAudit(Entry(25)), Is.Null);
        Assert.That(gate.TryEnterAudit(Entry(1)), Does.Contain("stand at the limit"));
    }

    [Test]
    public void Audits_OfAPayerThatNeverPays_EndAtTheWindowAndAQuarter()
    {
        CreditGate gate = Gate(100);
        ulong worked = 0;
        for (int i = 0; i < 1_000; i++)
        {
            GateEntry audit = Entry(10);
            if (gate.TryEnterAudit(audit) is null)
            {
                gate.Ended(audit, 10);
                worked += 10;
            }
        }

        Assert.That(worked, Is.EqualTo(120));
        Assert.That(gate.Enter(Entry(1)), Is.InstanceOf<GateAnswer.Wait>(), "and no shard begins");
    }

    [Test]
    public void Audits_BesideAShardThatIsLargerThanTheWindow_HaveTheirQuarterAsWell()
    {
        CreditGate gate = Gate(100);
        GateEntry large = Entry(200);
        gate.Enter(large);

        Assert.That(gate.TryEnterAudit(Entry(20)), Is.Null);
        gate.Ended(large, 50);
        Assert.That(gate.TryEnterAudit(Entry(55)), Is.Null, "70 stand, and the window is the limit again");
        Assert.That(gate.TryEnterAudit(Entry(1)), Is.Not.Null);
    }

    [Test]
    public void Audit_LargerThanTheWindow_BeginsOnlyAlone()
    {
        CreditGate gate = Gate(100);

        Assert.That(gate.TryEnterAudit(Entry(201)), Is.Not.Null);
        Assert.That(gate.TryEnterAudit(Entry(200)), Is.Null);
        Assert.That(gate.TryEnterAudit(Entry(1)), Is.Not.Null);
    }

    [Test]
    public void Audit_BeyondItsIntentsCeiling_DoesNotBegin() =>
        Assert.That(Gate(100).TryEnterAudit(new GateEntry(new IntentUse(9), 10)), Is.Not.Null);

    [Test]
    public void Audit_OfAPayerToWhomNothingIsLent_DoesNotBegin() =>
        Assert.That(Gate(0).TryEnterAudit(Entry(1)), Is.Not.Null);

    [Test]
    public void Shard_LargerThanTheWindow_BeginsOnlyAlone()
    {
        CreditGate gate = Gate(100);
        GateEntry small = Entry(10), large = Entry(200);
        gate.Enter(small);

        Assert.That(gate.Enter(large), Is.InstanceOf<GateAnswer.Wait>());
        Assert.That(gate.Ended(small, 10), Is.Empty, "10 are unpaid");
        Assert.That(gate.Paid(10), Is.EqualTo(new[] { large }));
    }

    [Test]
    public void Shard_OfMoreThanTwiceTheWindow_IsToldWhatFits()
    {
        var refused = (GateAnswer.Refuse)Gate(100).Enter(Entry(201));

        Assert.That(refused.Reason, Does.Contain("0.000000201 SOL").And.Contain("0.0000001 SOL"));
    }

    [Test]
    public void Shard_BeyondTheCeiling_IsRefused()
    {
        var intent = new IntentUse(50);

        Assert.That(Gate(100).Enter(new GateEntry(intent, 51)), Is.InstanceOf<GateAnswer.Refuse>());
    }

    [Test]
    public void Ceiling_IsHeldWithWhatIsOut()
    {
        var intent = new IntentUse(50);
        CreditGate gate = Gate(1_000);
        var first = new GateEntry(intent, 30);
        var second = new GateEntry(intent, 30);
        gate.Enter(first);

        Assert.That(gate.Enter(second), Is.InstanceOf<GateAnswer.Wait>());
        Assert.That(gate.Ended(first, 20), Is.EqualTo(new[] { second }));
    }

    [Test]
    public void Job_ThatWaitsForItsCeiling_HoldsUpNoOther()
    {
        var poor = new IntentUse(50);
        CreditGate gate = Gate(100);
        GateEntry first = new(poor, 50), second = new(poor, 10), other = Entry(40), another = Entry(20);
        gate.Enter(first);
        gate.Enter(other);
        gate.Enter(second);
        gate.Enter(another);

        Assert.That(gate.Ended(other, 0), Is.EqualTo(new[] { another }));
    }

    [Test]
    public void Waiting_IsFirstComeFirstServed()
    {
        CreditGate gate = Gate(100);
        GateEntry first = Entry(100), second = Entry(100), third = Entry(1);
        gate.Enter(first);
        gate.Enter(second);
        gate.Enter(third);

        Assert.That(gate.Ended(first, 50), Is.Empty, "the small one does not overtake");
        Assert.That(gate.Paid(50), Is.EqualTo(new[] { second }));
    }

    [Test]
    public void Waiting_HasALimit()
    {
        var gate = new CreditGate(Asset.Sol, 10, 0, maxWaiting: 1);
        gate.Enter(Entry(10));
        gate.Enter(Entry(10));

        Assert.That(gate.Enter(Entry(10)), Is.InstanceOf<GateAnswer.Refuse>());
    }

    [Test]
    public void Debt_OfEarlierJobs_LeavesLessRoom()
    {
        var gate = new CreditGate(Asset.Sol, 100, 70, 10);

        Assert.That(gate.Enter(Entry(30)), Is.InstanceOf<GateAnswer.Begin>());
        Assert.That(gate.Enter(Entry(1)), Is.InstanceOf<GateAnswer.Wait>());
    }

    [Test]
    public void Advance_GivesMoreRoom()
    {
        var gate = new CreditGate(Asset.Sol, 100, -50, 10);

        Assert.That(gate.Enter(Entry(150)), Is.InstanceOf<GateAnswer.Begin>());
        Assert.That(gate.Enter(Entry(1)), Is.InstanceOf<GateAnswer.Wait>());
    }

    [Test]
    public void Shard_ThatCostNothing_FreesAllItsRoom()
    {
        CreditGate gate = Gate(100);
        GateEntry entry = Entry(100);
        gate.Enter(entry);
        gate.Ended(entry, 0);

        Assert.That(gate.Enter(Entry(100)), Is.InstanceOf<GateAnswer.Begin>());
    }

    [Test]
    public void Amounts_OfAnySize_OverflowNothing()
    {
        var gate = new CreditGate(Asset.Sol, ulong.MaxValue, 0, 10);
        var intent = new IntentUse(ulong.MaxValue);
        var entry = new GateEntry(intent, ulong.MaxValue);

        Assert.That(gate.Enter(entry), Is.InstanceOf<GateAnswer.Begin>());
        Assert.That(gate.Enter(new GateEntry(intent, ulong.MaxValue)), Is.InstanceOf<GateAnswer.Wait>());
        gate.Ended(entry, ulong.MaxValue);
        Assert.That(gate.Describe(), Does.Contain("stand at the limit"));
    }

    [Test]
    public void Shard_WhoseItemsEnded_LetsOthersBegin()
    {
        CreditGate gate = Gate(100);
        GateEntry first = Entry(60), second = Entry(41);
        gate.Enter(first);
        gate.Enter(second);

        Assert.That(gate.Reduce(first, 60), Is.Empty);
        Assert.That(gate.Reduce(first, 59), Is.EqualTo(new[] { second }));
        Assert.That(gate.Ended(first, 30), Is.Empty);
        Assert.That((gate.Out, gate.Unpaid), Is.EqualTo(((Int128)41, (Int128)30)));
    }

    [Test]
    public void Shard_ThatBegan_CantBecomeDearer()
    {
        CreditGate gate = Gate(100);
        GateEntry entry = Entry(60);
        gate.Enter(entry);

        Assert.That(() => gate.Reduce(entry, 61), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Histories_OfAnyKind_StayWithinTheWindow(int seed)
    {
        const ulong window = 100;
        var random = new Random(seed);
        CreditGate gate = Gate(window);
        var running = new List<GateEntry>();
        Int128 owed = 0;
        for (int i = 0; i < 5_000; i++)
        {
            IReadOnlyList<GateEntry> begun = [];
            switch (random.Next(4))
            {
                case 0:
                    var entry = new GateEntry(_intent, (ulong)random.Next(1, 220));
                    begun = gate.Enter(entry) is GateAnswer.Begin ? [entry] : [];
                    break;
                case 1 when running.Count > 0:
                    GateEntry over = running[random.Next(running.Count)];
                    running.Remove(over);
                    ulong cost = (ulong)random.NextInt64((long)over.Worst + 1);
                    owed += cost;
                    begun = gate.Ended(over, cost);
                    over.Intent.Used = 0;
                    break;
                case 3 when running.Count > 0:
                    GateEntry less = running[random.Next(running.Count)];
                    begun = gate.Reduce(less, (ulong)random.NextInt64(1, (long)less.Worst + 1));
                    break;
                case 2 when owed > 0:
                    var paid = (ulong)random.NextInt64(1, (long)owed + 1);
                    owed -= paid;
                    begun = gate.Paid(paid);
                    break;
            }

            running.AddRange(begun);
            Int128 exposed = owed + (Int128)running.Sum(e => (long)e.Worst);
            Assert.That(
                begun.Count == 0 || exposed <= window || (running.Count == 1 && owed <= 0 && exposed <= 2 * window),
                Is.True, $"seed {seed}, step {i}: {exposed}");
            Assert.That(gate.Unpaid, Is.EqualTo(owed));
        }
    }

    private static CreditGate Gate(ulong window) => new(Asset.Sol, window, 0, 100);

    private GateEntry Entry(ulong worst) => new(_intent, worst);
}
