using Infernet.Daemon.Jobs.Paying;

namespace Infernet.Daemon.Tests.Jobs.Paying;

[TestFixture]
public sealed class PaidProviderTests
{
    [TestCase(100ul, 0ul, 500ul, 0ul, 100ul, 200ul, Description = "Credit is the limit; a first shard may be twice as much")]
    [TestCase(100ul, 0ul, 50ul, 0ul, 50ul, 50ul, Description = "What was set aside is the limit, for both")]
    [TestCase(100ul, 0ul, 500ul, 30ul, 70ul, 0ul, Description = "What is owed takes room")]
    [TestCase(100ul, 40ul, 500ul, 30ul, 30ul, 0ul, Description = "What earlier jobs owe does, too")]
    [TestCase(100ul, 0ul, 500ul, 200ul, 0ul, 0ul)]
    [TestCase(100ul, ulong.MaxValue, 500ul, 1ul, 0ul, 0ul)]
    [TestCase(ulong.MaxValue, 0ul, 500ul, 0ul, 500ul, 500ul)]
    public void Room_IsWhatCreditAndAccountLeave(
        ulong credit, ulong earlier, ulong left, ulong owed, ulong room, ulong first) =>
        Assert.That(PaidProvider.RoomOf(credit, earlier, left, owed), Is.EqualTo((room, first)));
}
