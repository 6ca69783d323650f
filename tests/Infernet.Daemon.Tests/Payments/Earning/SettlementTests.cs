using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>When vouchers go to the chain, and what is known of it afterwards.</summary>
[TestFixture]
public sealed class SettlementTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private EarningBench _bench = null!;
    private ChannelState _channel = null!;

    [SetUp]
    public void SetUp()
    {
        _bench = new EarningBench(o => o with { SettleAmount = 1_000_000 });
        _bench.OnSend = Settle;
        _channel = _bench.OpenChannel(deposit: 100_000_000);
    }

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    [Test]
    public async Task OnDemand_SettlesWhatIsHeld()
    {
        await HoldAsync(500_000);

        SettleReport report = await SettleAsync();

        Assert.That(report.Problems, Is.Empty);
        SettlementView settled = report.Settled.Single();
        Assert.That(
            (settled.Amount, settled.Received, settled.ProtocolFees, settled.NetworkFee, settled.Transaction),
            Is.EqualTo((500_000UL, 425_000UL, 75_000UL, 10_000UL, "transaction 1")));
        Assert.That(_bench.Kept(_channel).Settled, Is.EqualTo(500_000));
    }

    [Test]
    public async Task OnDemand_OnlyAsked_SaysWhatItTakesAndSendsNothing()
    {
        await HoldAsync(500_000);

        SettleReport report = await _bench.Earner.SettleAsync(dryRun: true, default).WaitAsync(Patience);

        SettlementView due = report.Due.Single();
        Assert.That(
            (due.Amount, due.Received, due.ProtocolFees, due.Transaction),
            Is.EqualTo((500_000UL, 425_000UL, 75_000UL, (string?)null)));
        Assert.That((report.Settled, report.Spend!.Fee), Is.EqualTo((Array.Empty<SettlementView>(), 10_000UL)));
        Assert.That(report.Spend.What, Does.Contain("settling"));
        Assert.That(_bench.Sent, Is.Empty);
        Assert.That(_bench.Kept(_channel).Settled, Is.Zero);
    }

    [Test]
    public async Task OnDemand_BelowItsCost_SettlesNothing()
    {
        await HoldAsync(17_000);

        Assert.That((await SettleAsync()).Settled, Is.Empty);
        Assert.That(_bench.Sent, Is.Empty);
    }

    [Test]
    public async Task Again_WithoutAnythingNew_SettlesNothing()
    {
        await HoldAsync(500_000);
        await SettleAsync();

        Assert.That((await SettleAsync()).Settled, Is.Empty);
        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Watcher_SettlesByAmount()
    {
        await HoldAsync(1_000_000);
        Watch(() => _bench.Sent.Count == 1);
        Assert.That(_bench.Sent[0].Key, Is.EqualTo($"{_bench.AddressOf(_channel.Key)}/1000000"));
    }

    [Test]
    public async Task Watcher_SettlesWhenThePayerAsksToClose()
    {
        await HoldAsync(400_000);
        Change(s => s with { ReclaimAt = _bench.Time.GetUtcNow().ToUnixTimeSeconds() + EarningBench.Delay });

        Watch(() => _bench.Sent.Count == 1);
        Assert.That(_bench.Time.GetUtcNow().ToUnixTimeSeconds(), Is.LessThan(Current.ReclaimAt - (EarningBench.Delay / 2)));
    }

    // Each time the node signs, nothing counts on the channel for five minutes: long enough to ask again.
    [Test]
    public async Task Watcher_PayerThatHasTheEndSignedAgainAndAgain_SettlesBeforeItGetsTheRest()
    {
        await HoldAsync(400_000);
        Change(s => s with { ReclaimAt = _bench.Time.GetUtcNow().ToUnixTimeSeconds() + EarningBench.Delay });

        for (int i = 0; i < 60 && _bench.Sent.Count == 0; i++)
        {
            await _bench.Journal.EarningChannels.MarkClosingAsync(
                $"{_bench.AddressOf(_channel.Key)}", _bench.Time.GetUtcNow(), default);
            _bench.Time.Advance(TimeSpan.FromSeconds(31));
            await _bench.Earner.SettleAsync(dryRun: true, default).WaitAsync(Patience);
        }

        Assert.That(_bench.Sent, Has.Count.EqualTo(1));
        Assert.That(_bench.Time.GetUtcNow().ToUnixTimeSeconds(), Is.LessThan(Current.ReclaimAt));
    }

    // What was read by a clock that ran ahead seemed to be new for as long as that had been.
    [Test]
    public async Task Watcher_WhoseClockIsSetBack_StillSeesThatThePayerAsksToClose()
    {
        _bench.Time.Advance(TimeSpan.FromDays(20));
        await HoldAsync(400_000);
        _bench.Time.Advance(TimeSpan.FromDays(-20));
        // Timers go on whatever the clock says; those of this test's clock don't.
        await _bench.RestartAsync();
        Change(s => s with { ReclaimAt = _bench.Time.GetUtcNow().ToUnixTimeSeconds() + EarningBench.Delay });

        Watch(() => _bench.Sent.Count == 1);

        Assert.That(_bench.Time.GetUtcNow().ToUnixTimeSeconds(), Is.LessThan(Current.ReclaimAt - (EarningBench.Delay / 2)));
    }

    [Test]
    public async Task Offer_OnAChannelThatWasReadByAClockAhead_IsLookedUpAgain()
    {
        _bench.Time.Advance(TimeSpan.FromDays(20));
        (await _bench.AccountAsync(_channel)).Dispose();
        _bench.Time.Advance(TimeSpan.FromDays(-20));
        Change(s => s with { ReclaimAt = _bench.Time.GetUtcNow().ToUnixTimeSeconds() + EarningBench.Delay });

        Assert.That(await _bench.RefusalAsync(_bench.Offer(_channel)), Does.Contain("is being closed"));
    }

    [Test]
    public async Task OnDemand_ChannelSeemedGoneOnce_IsSettledStill()
    {
        await HoldAsync(500_000);
        ChannelState there = Current;
        _bench.Chain.Remove(_bench.AddressOf(_channel.Key));
        Assert.That((await SettleAsync()).Settled, Is.Empty);
        Assert.That(_bench.Kept(_channel).IsClosed);

        _bench.Chain[_bench.AddressOf(_channel.Key)] = there;
        Assert.That((await SettleAsync()).Settled.Single().Amount, Is.EqualTo(500_000));
        Assert.That(_bench.Kept(_channel).IsClosed, Is.False);
    }

    [TestCase(999_999, 23, false, ExpectedResult = null)]
    [TestCase(999_999, 24, false, ExpectedResult = "age")]
    [TestCase(1_000_000, 0, false, ExpectedResult = "amount")]
    [TestCase(17_000, 48, false, ExpectedResult = null)]
    [TestCase(20_000, 0, true, ExpectedResult = "asked for")]
    [TestCase(0, 48, true, ExpectedResult = null)]
    public string? Policy_ByAmountAndAge(long held, int hours, bool onDemand) => SettlementPolicy.Reason(
        Record() with { Held = held, HeldSince = _bench.Time.GetUtcNow().AddHours(-hours) },
        _bench.Time.GetUtcNow(), onDemand, _bench.Options);

    [Test]
    public void Policy_BeforeTheChannelOrTheVoucherEnds_Settles()
    {
        DateTimeOffset now = _bench.Time.GetUtcNow();
        EarningChannelRecord held = Record() with { Held = 50_000, HeldSince = now };

        Assert.That(Reason(held with { Expiry = now.AddMinutes(61) }), Is.Null);
        Assert.That(Reason(held with { Expiry = now.AddMinutes(59) }), Is.EqualTo("it ends"));
        Assert.That(
            Reason(held with { VoucherExpiry = now.AddMinutes(59).ToUnixTimeSeconds() }), Is.EqualTo("its voucher ends"));
        Assert.That(Reason(held with { VoucherExpiry = long.MaxValue }), Is.Null);
        Assert.That(Reason(held with { IsClosed = true, ReclaimAt = now }), Is.Null);

        string? Reason(EarningChannelRecord record) => SettlementPolicy.Reason(record, now, false, _bench.Options);
    }

    [Test]
    public async Task Chain_ThatIsDown_IsSaidAndSettledLater()
    {
        await HoldAsync(2_000_000);
        _bench.IsDown = true;

        SettleReport report = await SettleAsync();
        Assert.That(report.Problems.Single(), Does.Contain("The cluster is down"));
        Assert.That(_bench.Earner.Problem, Does.Contain("can't be settled at the moment"));

        _bench.IsDown = false;
        Watch(() => _bench.Sent.Count == 1);
        await SettleAsync();
        Assert.That(_bench.Earner.Problem, Is.Null);
    }

    [Test]
    public async Task Chain_ThatIsDown_IsSaidAlsoBetweenTheAttempts()
    {
        await HoldAsync(2_000_000);
        _bench.IsDown = true;
        await SettleAsync();

        for (int round = 0; round < 10; round++)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(31));
            await _bench.Earner.SettleAsync(dryRun: true, default).WaitAsync(Patience);
            Assert.That(_bench.Earner.Problem, Does.Contain("can't be settled at the moment"), $"round {round}");
        }
    }

    [Test]
    public async Task Settlement_ThatTheNodeDidNotLiveToNote_IsNotedOnce()
    {
        await HoldAsync(500_000);
        // It was sent and the node died: the chain knows of it, the journal does not.
        Change(s => s with { Settled = 500_000 });
        await _bench.RestartAsync();

        Assert.That((await SettleAsync()).Settled, Is.Empty);
        EarningsReport report = await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That((report.Received, report.Held), Is.EqualTo((425_000UL, 0UL)));
        Assert.That(report.Settlements.Single().Transaction, Is.Null);
        Assert.That(_bench.Sent, Is.Empty);
    }

    [Test]
    public async Task Settlement_OfAnEarlierVoucherBySomebodyElse_IsNotCountedTwice()
    {
        await HoldAsync(500_000);
        Change(s => s with { Settled = 200_000 });
        await SettleAsync();

        EarningsReport report = await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That(report.Settlements.Select(s => s.Amount), Is.EquivalentTo(new[] { 200_000UL, 300_000UL }));
        Assert.That(report.Received + report.ProtocolFees, Is.EqualTo(500_000));
    }

    [Test]
    public async Task Settlement_ThatFails_KeepsTheVoucher()
    {
        await HoldAsync(500_000);
        _bench.OnSend = _ => throw new Daemon.Payments.PaymentException("refused", "The program refused.");

        Assert.That((await SettleAsync()).Problems, Is.EqualTo(new[] { "The program refused." }));
        Assert.That((_bench.Kept(_channel).Held, _bench.Kept(_channel).Settled), Is.EqualTo((500_000L, 0L)));

        _bench.OnSend = Settle;
        Assert.That((await SettleAsync()).Settled, Has.Count.EqualTo(1));
    }

    private async Task HoldAsync(ulong amount)
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        await account.TakeAsync(_bench.Voucher(_channel, amount), default);
    }

    private Task<SettleReport> SettleAsync() => _bench.Earner.SettleAsync(dryRun: false, default).WaitAsync(Patience);

    // The watcher's own rounds, one after the other, until something is so.
    private void Watch(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(Patience);
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            _bench.Time.Advance(TimeSpan.FromSeconds(31));
        }
        while (!SpinWait.SpinUntil(isSo, TimeSpan.FromMilliseconds(200)));
    }

    private ChannelState Current => _bench.Chain[_bench.AddressOf(_channel.Key)];

    private void Change(Func<ChannelState, ChannelState> change) =>
        _bench.Chain[_bench.AddressOf(_channel.Key)] = change(Current);

    private void Settle(TransactionOrder order) =>
        Change(s => s with { Settled = ulong.Parse(order.Key.Split('/')[1]) });

    private EarningChannelRecord Record() => new()
    {
        Channel = "c", Peer = _bench.Payer.Id, Key = _channel.Key, Program = "p", Deposit = 100_000_000, Settled = 0,
        Expiry = _bench.Time.GetUtcNow().AddDays(30), WithdrawDelay = TimeSpan.FromHours(1), Terms = _channel.Terms,
        ReadAt = _bench.Time.GetUtcNow(),
    };
}
