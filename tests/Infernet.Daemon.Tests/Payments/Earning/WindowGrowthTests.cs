using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>A window that grows while a job runs, by what its payer pays.</summary>
[TestFixture]
public sealed class WindowGrowthTests
{
    private EarningBench _bench = null!;
    private ChannelState _channel = null!;
    private PayerAccount _account = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new EarningBench();
        _channel = _bench.OpenChannel();
        _account = await _bench.AccountAsync(_channel);
        _bench.Standing = EarningBench.Newcomer with { QueuePriority = 1 };
    }

    [TearDown]
    public async Task TearDown()
    {
        _account.Dispose();
        await _bench.DisposeAsync();
    }

    [Test]
    public void Window_WithoutAPayment_StaysAsItIs() => Assert.That(_account.TryWiden(), Is.Null);

    [Test]
    public async Task Window_OfAPayerWithoutStanding_StaysUntilHalfOfWhatItPaidIsMore()
    {
        _bench.Standing = EarningBench.Newcomer;

        Assert.That(await PayAsync(2 * EarningBench.Window), Is.Null);
        Assert.That(await PayAsync(4 * EarningBench.Window), Is.EqualTo(2 * EarningBench.Window));
    }

    [Test]
    public async Task Window_OfAPayerThatIsExcludedMeanwhile_IsNotTold()
    {
        _bench.Standing = EarningBench.Newcomer with { Exclusion = "it cheats" };

        Assert.That(await PayAsync(4_000), Is.Null);
    }

    [Test]
    public async Task Voucher_ThatIsNone_WidensNothing()
    {
        await _account.TakeAsync(_bench.Voucher(_channel, 4_000, signer: Core.Identity.NodeIdentity.Generate()), default);

        Assert.That(_account.TryWiden(), Is.Null);
    }

    [Test]
    public async Task Payments_OfLessThanAQuarterOfTheWindow_AreWaitedFor()
    {
        Assert.That(await PayAsync(EarningBench.Window / 4 - 1), Is.Null);
        Assert.That(await PayAsync(EarningBench.Window / 4), Is.EqualTo(EarningBench.Window + (EarningBench.Window / 8)));
    }

    [Test]
    public async Task Window_GrowsByHalfOfWhatWasPaidAndIsToldOnce()
    {
        Assert.That(await PayAsync(2_000), Is.EqualTo(EarningBench.Window + 1_000));
        Assert.That(_account.TryWiden(), Is.Null);
        Assert.That(await PayAsync(4_000), Is.EqualTo(EarningBench.Window + 2_000));
    }

    [Test]
    public async Task Gate_LetsOutWhatWasToldAndNoMore()
    {
        await PayAsync(2_000);

        // In advance 2,000 are paid; 5,096 are lent; and each may cost 1,100.
        for (ulong shard = 0; shard < 6; shard++)
        {
            ShardPass pass = await _account.EnterAsync(EarningBench.Shard(shard), default).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.That(pass.Refusal, Is.Null);
        }

        Task<ShardPass> seventh = _account.EnterAsync(EarningBench.Shard(6), default);
        _bench.Time.Advance(_bench.Options.RoomTimeout);
        Assert.That((await seventh.WaitAsync(TimeSpan.FromSeconds(30))).Refusal, Does.Contain("stand at the limit"));
    }

    private async Task<ulong?> PayAsync(ulong cumulative)
    {
        Assert.That(await _account.TakeAsync(_bench.Voucher(_channel, cumulative), default), Is.Null);
        return _account.TryWiden();
    }
}
