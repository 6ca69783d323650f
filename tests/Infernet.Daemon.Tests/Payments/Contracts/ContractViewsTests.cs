using Infernet.Core.Api;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Contracts;

[TestFixture]
public sealed class ContractViewsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [TestCase(ulong.MaxValue, 10ul, 0ul, 1_800_000_000L)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, long.MinValue)]
    [TestCase(1ul, 1ul, ulong.MaxValue, long.MaxValue)]
    [TestCase(1ul, ulong.MaxValue, 0ul, long.MaxValue)]
    public void Lease_WithNumbersThatTheProgramWouldNotTake_IsShownWithoutWrapping(
        ulong price, ulong seconds, ulong released, long start)
    {
        var lease = new LeaseState(
            new LeaseKey(default, default, default, 1), default, price, seconds, released, start, default);
        LeaseView view = ContractViews.Of(default, lease, default, Now);
        Assert.That(view.Deposit, Is.EqualTo((ulong)UInt128.Min((UInt128)price * seconds, ulong.MaxValue)));
        Assert.That(view.Due, Is.LessThanOrEqualTo(view.Deposit));
        Assert.That(view.Left, Is.LessThanOrEqualTo(view.Deposit));
    }
}
