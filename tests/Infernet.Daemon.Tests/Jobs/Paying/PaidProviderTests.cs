using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Paying;

namespace Infernet.Daemon.Tests.Jobs.Paying;

[TestFixture]
public sealed class PaidProviderTests
{
    [TestCase(100ul, 0ul, 500ul, 0ul, 100ul, 200ul, 100ul, Description = "Credit is the limit; a first shard may be twice as much")]
    [TestCase(100ul, 0ul, 50ul, 0ul, 50ul, 50ul, 50ul, Description = "What was set aside is the limit, for all")]
    [TestCase(100ul, 0ul, 500ul, 30ul, 70ul, 0ul, 100ul, Description = "What is owed takes room until it is paid")]
    [TestCase(100ul, 40ul, 500ul, 30ul, 30ul, 0ul, 60ul, Description = "What earlier jobs owe takes it to the end")]
    [TestCase(100ul, 0ul, 120ul, 30ul, 70ul, 0ul, 90ul, Description = "What is paid is gone from what was set aside")]
    [TestCase(100ul, 0ul, 500ul, 200ul, 0ul, 0ul, 100ul)]
    [TestCase(100ul, ulong.MaxValue, 500ul, 1ul, 0ul, 0ul, 0ul)]
    [TestCase(ulong.MaxValue, 0ul, 500ul, 0ul, 500ul, 500ul, 500ul)]
    public void Funds_AreWhatCreditAndAccountLeave(
        ulong credit, ulong earlier, ulong left, ulong owed, ulong room, ulong first, ulong whole) => Assert.That(
            PaidProvider.FundsOf(credit, earlier, left, owed, judging: owed),
            Is.EqualTo(new Funds(room, first, whole, IsGrowing: false)));

    [TestCase(0ul, 0ul, false)]
    [TestCase(30ul, 0ul, true)]
    [TestCase(30ul, 20ul, true, Description = "10 are on their way")]
    [TestCase(30ul, 30ul, false, Description = "Nobody knows when a judgement ends")]
    public void Funds_GrowWhilePaymentsAreOnTheirWay(ulong owed, ulong judging, bool grow) =>
        Assert.That(PaidProvider.FundsOf(100, 0, 500, owed, judging).IsGrowing, Is.EqualTo(grow));
}
