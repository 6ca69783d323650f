using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>
/// A running job's vouchers are written along with something else. Here the journal would keep them for an hour, so that each
/// test shows what makes it write them.
/// </summary>
[TestFixture]
public sealed class PatientVoucherTests
{
    private EarningBench _bench = null!;
    private ChannelState _channel = null!;
    private PayerAccount _account = null!;

    private static TimeSpan Limit => TimeSpan.FromSeconds(30);

    [SetUp]
    public async Task SetUp()
    {
        _bench = new EarningBench(patience: TimeSpan.FromHours(1));
        _channel = _bench.OpenChannel();
        _account = await _bench.AccountAsync(_channel);
    }

    [TearDown]
    public async Task TearDown()
    {
        _account.Dispose();
        await _bench.DisposeAsync();
    }

    [Test]
    public async Task Voucher_IsWrittenWithTheNextShard()
    {
        await EarningBench.EarnAsync(_account, 0, 1_100);
        Task<string?> taking = _account.TakeAsync(_bench.Voucher(_channel, 1_100), default);
        Assert.That(taking.IsCompleted, Is.False);
        Assert.That(_bench.Kept(_channel).Held, Is.Zero);

        await EarningBench.EarnAsync(_account, 1, 1_100);

        Assert.That(await taking.WaitAsync(Limit), Is.Null);
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(1_100));
    }

    [Test]
    public async Task Voucher_ThatComesWhileAShardWaits_IsWrittenAtOnce()
    {
        await FillAsync();
        Task<ShardPass> waiting = _account.EnterAsync(EarningBench.Shard(9), default);
        Assert.That(waiting.IsCompleted, Is.False);

        await _account.TakeAsync(_bench.Voucher(_channel, 1_100), default).WaitAsync(Limit);

        Assert.That((await waiting.WaitAsync(Limit)).Refusal, Is.Null);
    }

    [Test]
    public async Task Shard_ThatWaitsAfterAVoucherCame_HasItWritten()
    {
        await FillAsync();
        Task<string?> taking = _account.TakeAsync(_bench.Voucher(_channel, 1_100), default);
        Assert.That(taking.IsCompleted, Is.False);

        ShardPass pass = await _account.EnterAsync(EarningBench.Shard(9), default).WaitAsync(Limit);

        Assert.That(pass.Refusal, Is.Null);
        await taking.WaitAsync(Limit);
    }

    [Test]
    public async Task Shard_ThatMayNotWait_BeginsByAVoucherThatCameBeforeIt()
    {
        await using var bench = new EarningBench(
            o => o with { RoomTimeout = TimeSpan.Zero }, patience: TimeSpan.FromHours(1));
        ChannelState channel = bench.OpenChannel();
        using PayerAccount account = await bench.AccountAsync(channel);
        for (ulong i = 0; i < 3; i++)
        {
            await EarningBench.EarnAsync(account, i, 1_100);
        }

        Assert.That(
            (await account.EnterAsync(EarningBench.Shard(8), default).WaitAsync(Limit)).Refusal,
            Does.Contain("more begins as it is paid"));

        Task<string?> taking = account.TakeAsync(bench.Voucher(channel, 1_100), default);
        ShardPass pass = await account.EnterAsync(EarningBench.Shard(9), default).WaitAsync(Limit);

        Assert.That(pass.Refusal, Is.Null);
        await taking.WaitAsync(Limit);
    }

    [Test]
    public async Task Hurry_WritesWhatCame()
    {
        Task<string?>[] taking =
        [
            .. Enumerable.Range(1, 3).Select(i => _account.TakeAsync(_bench.Voucher(_channel, (ulong)(100 * i)), default)),
        ];

        _account.Hurry();
        await Task.WhenAll(taking).WaitAsync(Limit);

        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(300));
    }

    [Test]
    public void Voucher_ThatIsNone_IsKnownAtOnce()
    {
        Task<string?> good = _account.TakeAsync(_bench.Voucher(_channel, 100), default);
        Task<string?> wrong = _account.TakeAsync(
            _bench.Voucher(_channel, 200, signer: NodeIdentity.Generate()), default);

        Assert.That(good.IsCompleted, Is.False);
        Assert.That(wrong is { IsCompletedSuccessfully: true, Result: not null });
        _account.Hurry();
    }

    private async Task FillAsync()
    {
        for (ulong i = 0; i < 3; i++)
        {
            await EarningBench.EarnAsync(_account, i, 1_100);
        }
    }
}
