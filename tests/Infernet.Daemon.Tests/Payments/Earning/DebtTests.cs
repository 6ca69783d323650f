using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>What payers owe, over jobs, restarts and names; and how it is told.</summary>
[TestFixture]
public sealed class DebtTests
{
    private EarningBench _bench = null!;
    private ChannelState _channel = null!;

    [SetUp]
    public void SetUp()
    {
        _bench = new EarningBench();
        _channel = _bench.OpenChannel();
    }

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    [Test]
    public async Task Payer_ThatLeftOwing_HasLessAlsoAfterARestart()
    {
        await OweAsync(1_000);
        await _bench.RestartAsync();

        using PayerAccount account = await _bench.AccountAsync(_channel);
        Assert.That((account.Terms.Credit, account.Terms.Unpaid), Is.EqualTo((EarningBench.Window, 1_000UL)));
    }

    // Its payer gets no receipt for it, and will never pay.
    [Test]
    public async Task Shard_WhoseCostCantBeWritten_IsOwedByNobody()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        ShardPass pass = await account.EnterAsync(EarningBench.Shard(1), default);
        _bench.IsFull = true;

        await Assert.ThrowsAsync<JournalException>(() => account.EndedAsync(pass.Entry, EarningBench.Receipt(1, 500)));
        _bench.IsFull = false;

        using PayerAccount next = await _bench.AccountAsync(_channel);
        Assert.That(next.Terms.Unpaid, Is.Zero);
    }

    [Test]
    public void Shards_ThatEndAtOnce_ShareWhatIsLeftOfTheCeiling()
    {
        var gate = new PayerGate(new CreditGate(Asset.Sol, 1_000, 0, 10));
        var intent = new IntentUse(100);
        var entry = new GateEntry(intent, 0);

        Assert.That((gate.Bill(intent, 70), gate.Bill(intent, 70)), Is.EqualTo((70ul, 30ul)));
        gate.Ended(entry, 70, 70);
        Assert.That((intent.Left, gate.Bill(intent, 70)), Is.EqualTo((30ul, 0ul)));
        gate.Ended(entry, 0, 30);
        Assert.That(gate.Bill(intent, 70), Is.EqualTo(30), "what could not be written may be asked for again");
    }

    // A voucher that comes while its payer's next job is taken up: it is in what was read already.
    [Test]
    public void Payment_ThatWasReadWithTheDebt_CountsOnce()
    {
        var gate = new PayerGate(new CreditGate(Asset.Sol, 100, 40, 10), paid: 60);

        gate.PaidUpTo(60);
        Assert.That(gate.Standing.Unpaid, Is.EqualTo(40));
        gate.PaidUpTo(80);
        gate.PaidUpTo(70);
        Assert.That(gate.Standing.Unpaid, Is.EqualTo(20));
    }

    [Test]
    public async Task Debt_AndWhatWasPaid_AreReadAtOnce()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        await EarningBench.EarnAsync(account, 1, 1_000);
        await account.TakeAsync(_bench.Voucher(_channel, 300, shard: 1), default);

        Assert.That(
            _bench.Journal.Earnings.Owed(
                _bench.Payer.Id, $"{_bench.PayerWallet.Address}", $"{_bench.Program}/{_bench.Mint}", _bench.Time.GetUtcNow(),
                TimeSpan.FromDays(30)),
            Is.EqualTo((700L, 300L)));
    }

    [Test]
    public async Task Payer_ThatOwesItsWindow_IsToldToPayFirst()
    {
        await OweAsync(4_096);

        Assert.That(
            await _bench.RefusalAsync(_bench.Offer(_channel)),
            Does.Contain("unpaid work of 0.000004096 SOL").And.Contain("/infernet/pay/1"));
    }

    // Its other job has the whole window unpaid for a moment, or for as long as an audit takes: that is no debt.
    [Test]
    public async Task Payer_WhoseOtherJobFillsTheWindow_MayBeginOneBeside()
    {
        using PayerAccount other = await _bench.AccountAsync(_channel);
        await EarningBench.EarnAsync(other, 1, EarningBench.Window);

        using PayerAccount beside = await _bench.AccountAsync(_channel);

        Assert.That((beside.Terms.Credit, beside.Terms.Unpaid), Is.EqualTo((EarningBench.Window, EarningBench.Window)));
    }

    [Test]
    public async Task Debt_FollowsTheWallet()
    {
        await OweAsync(1_000);
        _bench.Payer = NodeIdentity.Generate();

        using PayerAccount account = await _bench.AccountAsync(_bench.OpenChannel());
        Assert.That(account.Terms.Unpaid, Is.EqualTo(1_000));
    }

    [Test]
    public async Task Debt_HalvesInAMonth_AndIsNeverForgivenAtOnce()
    {
        await OweAsync(1_000);
        _bench.Time.Advance(TimeSpan.FromDays(29));
        Assert.That(await UnpaidAsync(), Is.EqualTo(1_000));
        _bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.That(await UnpaidAsync(), Is.EqualTo(500));
        _bench.Time.Advance(TimeSpan.FromDays(60));
        Assert.That(await UnpaidAsync(), Is.EqualTo(125));
    }

    [Test]
    public async Task Debt_IsPaidByTheNextVoucher()
    {
        await OweAsync(1_000, 500);
        Offer offer = _bench.Offer(_channel);
        offer.Payment.Latest = _bench.Voucher(_channel, 1_500);

        using PayerAccount account = await _bench.AccountAsync(offer);
        Assert.That(account.Terms.Unpaid, Is.Zero);
        EarningsReport report = await ReportAsync();
        Assert.That((report.Total.Earned, report.Total.Paid, report.Total.Unpaid), Is.EqualTo((1_500UL, 1_500UL, 0UL)));
    }

    [Test]
    public async Task Advance_PaysForWhatComes()
    {
        Offer offer = _bench.Offer(_channel);
        offer.Payment.Latest = _bench.Voucher(_channel, 400);
        using PayerAccount account = await _bench.AccountAsync(offer);
        await EarningBench.EarnAsync(account, 1, 300);
        await EarningBench.EarnAsync(account, 2, 300);

        EarningsReport report = await ReportAsync();
        Assert.That((report.Total.Paid, report.Total.Unpaid), Is.EqualTo((400UL, 200UL)));
        Assert.That(report.Held, Is.EqualTo(400));
    }

    [Test]
    public async Task Withheld_StaysOwed_AndIsToldApart()
    {
        using (PayerAccount account = await _bench.AccountAsync(_channel))
        {
            await EarningBench.EarnAsync(account, 1, 300);
            await EarningBench.EarnAsync(account, 2, 200);
            await account.WithheldAsync(
                new PaymentWithheld { ShardId = 1, Attempt = 1, Amount = 300, Reason = "rejected" }, default);
            await account.TakeAsync(_bench.Voucher(_channel, 200, 2), default);
        }

        EarningsReport report = await ReportAsync();
        Assert.That(
            (report.Total.Paid, report.Total.Withheld, report.Total.Unpaid), Is.EqualTo((200UL, 300UL, 0UL)));
        Assert.That(await UnpaidAsync(), Is.EqualTo(300), "or everybody would withhold");
    }

    [Test]
    public async Task Raise_PaysItsShardFirst_ThenTheOldest()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        await EarningBench.EarnAsync(account, 1, 300);
        _bench.Time.Advance(TimeSpan.FromDays(1));
        await EarningBench.EarnAsync(account, 2, 200);
        await account.TakeAsync(_bench.Voucher(_channel, 250, 2), default);

        EarningsReport report = await ReportAsync();
        Assert.That(report.Rows.Select(r => r.Paid), Is.EqualTo(new[] { 50UL, 200UL }));
        Assert.That(report.Rows.Select(r => r.Key), Is.EqualTo(new[] { "1970-01-02", "1970-01-03" }));
    }

    [Test]
    public async Task Report_ByModelAndPayer_NamesThem()
    {
        await OweAsync(100);

        EarningsReport model = await _bench.Earner.ReportAsync(EarningsGrouping.Model, default, default);
        EarningsReport payer = await _bench.Earner.ReportAsync(EarningsGrouping.Payer, default, default);
        Assert.That(model.Rows.Single().Key, Is.EqualTo(EarningBench.Model.ToString()));
        Assert.That(payer.Rows.Single().Key, Is.EqualTo(_bench.Payer.Id.ToString()));
        Assert.That(payer.Channels.Single().State, Is.EqualTo("open"));
        Assert.That((await _bench.Earner.ReportAsync(
            EarningsGrouping.Day, DateTimeOffset.UnixEpoch.AddDays(9), default)).Rows, Is.Empty);
    }

    [Test]
    public async Task Shard_ThatWaitsTooLong_IsToldWhy()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        for (ulong i = 0; i < 3; i++)
        {
            await EarningBench.EarnAsync(account, i, 1_100);
        }

        Task<ShardPass> waiting = account.EnterAsync(EarningBench.Shard(9), default);
        Assert.That(waiting.IsCompleted, Is.False);
        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        ShardPass pass = await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(pass.Refusal, Does.Contain("0.0000033 SOL").And.Contain("0.000004096 SOL"));
    }

    [Test]
    public async Task Shard_ThatWaits_BeginsWhenItIsPaid()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        for (ulong i = 0; i < 3; i++)
        {
            await EarningBench.EarnAsync(account, i, 1_100);
        }

        Task<ShardPass> waiting = account.EnterAsync(EarningBench.Shard(9), default);
        await account.TakeAsync(_bench.Voucher(_channel, 1_100), default);
        Assert.That((await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Refusal, Is.Null);
    }

    [Test]
    public async Task Shard_ThatIsCancelledWhileItWaits_LeavesNoTrace()
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        for (ulong i = 0; i < 3; i++)
        {
            await EarningBench.EarnAsync(account, i, 1_100);
        }

        using var cancelled = new CancellationTokenSource();
        Task<ShardPass> waiting = account.EnterAsync(EarningBench.Shard(9), cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThatAsync(() => waiting, Throws.InstanceOf<OperationCanceledException>());
        await account.TakeAsync(_bench.Voucher(_channel, 3_300), default);
        await EarningBench.EarnAsync(account, 10, 1_100);
    }

    [Test]
    public async Task Cost_OfAShard_EndsAtTheCeiling()
    {
        Offer offer = _bench.Offer(_channel, _bench.Intent(ceiling: 2_000));
        using PayerAccount account = await _bench.AccountAsync(offer);
        ShardPass pass = await account.EnterAsync(EarningBench.Shard(), default);
        await account.EndedAsync(pass.Entry, EarningBench.Receipt(0, 1_000_000_000));

        Assert.That((await ReportAsync()).Total.Earned, Is.EqualTo(2_000));
    }

    [Test]
    public async Task Prices_ThatWereSet_OutliveARestart()
    {
        int changes = 0;
        _bench.Earner.Prices.Changed += () => changes++;
        await _bench.Earner.Prices.SetAsync(new PriceList { OutputPerMillionTokens = 7 }, default);
        await _bench.RestartAsync();

        PriceView price = await _bench.Earner.PriceAsync(default);
        Assert.That((changes, price.OutputPerMillionTokens, price.Origin), Is.EqualTo((1, 7UL, "set")));
        Assert.That(_bench.Earner.Advertised!.OutputPerMillionTokens, Is.EqualTo(7));
    }

    [Test]
    public async Task Prices_BeyondAllBounds_AreNotSet()
    {
        await Assert.ThatAsync(
            () => _bench.Earner.Prices.SetAsync(new PriceList { EnginePerHour = ulong.MaxValue }, default),
            Throws.InstanceOf<ApiException>().With.Message.Contains("engine_per_hour"));
        Assert.That(_bench.Earner.Prices.SetAt, Is.Null);
    }

    private async Task OweAsync(params ulong[] costs)
    {
        using PayerAccount account = await _bench.AccountAsync(_channel);
        for (int i = 0; i < costs.Length; i++)
        {
            await EarningBench.EarnAsync(account, (ulong)i, costs[i]);
        }
    }

    private async Task<ulong> UnpaidAsync()
    {
        ChannelState renewed = _bench.OpenChannel(salt: (ulong)_bench.Time.GetUtcNow().ToUnixTimeSeconds());
        using PayerAccount account = await _bench.AccountAsync(renewed);
        return account.Terms.Unpaid;
    }

    private Task<EarningsReport> ReportAsync() =>
        _bench.Earner.ReportAsync(EarningsGrouping.Day, DateTimeOffset.UnixEpoch, default);
}
