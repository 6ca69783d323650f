using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Tests.Audits;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>Which audits are taken up, and what is owed for them: the same rules as for shards, and one window.</summary>
[TestFixture]
public sealed class AuditEarningTests
{
    /// <summary>Two items of 4 prompt tokens and 16 of the answer, for one each.</summary>
    private const ulong Cost = 40;

    private EarningBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new EarningBench();

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    private static IEnumerable<TestCaseData> Spoiled()
    {
        yield return Wrong("NoPayment", r => r.Payment = null, "offer a payment intent");
        yield return Wrong("NoPrices", r => r.Payment.Prices = null, "asks 0.00000004 SOL");
        yield return Wrong("LowerPrice", r => r.Payment.Prices.InputPerMillionTokens--, "are offered");
        yield return Wrong("PriceThatIsNone", r => r.Payment.Prices.InputPerMillionTokens = ulong.MaxValue, "");
        yield return Wrong(
            "OtherMint", r => r.Payment.Prices.Mint = ByteString.CopyFrom(SolanaKey.Generate().Address.Span), "wrong mint");
        yield return Wrong("NoIntent", r => r.Payment.IntentEnvelope = ByteString.Empty, "the payment intent is none");
        yield return Wrong("NoChannel", r => r.Payment.Channel = null, "names no channel");
        yield return Wrong("OtherChannel", r => r.Payment.Channel.Salt ^= 1, "no channel");
        yield return Wrong("OtherRequest", r => r.Nonce = ByteString.CopyFrom(new byte[15].Append((byte)1).ToArray()), "another job");

        static TestCaseData Wrong(string name, Action<AuditRequest> spoil, string reason) =>
            new TestCaseData(spoil, reason).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Spoiled))]
    public async Task Request_WithAWrongPayment_IsRefusedWithThePrices(Action<AuditRequest> spoil, string reason)
    {
        AuditRequest request = Request(_bench.OpenChannel());
        spoil(request);

        AuditDecline decline = await RefusalAsync(request);

        Assert.That(decline.Message, Does.Contain(reason));
        Assert.That(decline.Prices.InputPerMillionTokens, Is.EqualTo(EarningBench.Price));
        Assert.That(_bench.Journal.Nonces.Count(), Is.Zero);
    }

    [Test]
    public async Task Intent_WithACeilingBelowTheCost_IsRefused() => Assert.That(
        (await RefusalAsync(Request(_bench.OpenChannel(), Cost - 1))).Message, Does.Contain("at least 0.00000004 SOL"));

    [Test]
    public async Task Intent_ThatWasUsed_IsRefused()
    {
        AuditRequest request = Request(_bench.OpenChannel());
        (await AccountAsync(request)).Dispose();

        Assert.That((await RefusalAsync(request)).Message, Does.Contain("nonce"));
    }

    [Test]
    public async Task Payer_ThatNeverPays_HasAWindowOfAuditsJudged()
    {
        ChannelState channel = _bench.OpenChannel();
        ulong judged = 0;
        while (await AcceptAsync(Request(channel)) is AuditAnswer.Paid paid)
        {
            await paid.Account.RevealedAsync();
            paid.Account.Dispose();
            judged += Cost;
        }

        Assert.That(judged, Is.LessThanOrEqualTo(EarningBench.Window * 5 / 4).And.GreaterThan(EarningBench.Window));
        Assert.That(await _bench.RefusalAsync(_bench.Offer(channel)), Does.Contain("stands at the limit"), "nor any shard");
        await _bench.RestartAsync();
        Assert.That((await RefusalAsync(Request(channel))).Message, Does.Contain("stand at the limit"));
    }

    [Test]
    public async Task Payer_ThatSeesNoVerdict_OwesNothing()
    {
        ChannelState channel = _bench.OpenChannel();
        using (AuditAccount account = await AccountAsync(Request(channel)))
        {
            Assert.That(account.TryBegin, Throws.Nothing);
        }

        Assert.That(_bench.Journal.Earnings.Owed(
            _bench.Payer.Id, "", AssetKey, _bench.Time.GetUtcNow(), TimeSpan.FromDays(30)).Owed, Is.Zero);
    }

    [Test]
    public async Task Verdict_ThatWasRevealed_IsOwedPaidAndCalledAnAudit()
    {
        ChannelState channel = _bench.OpenChannel();
        using (AuditAccount account = await AccountAsync(Request(channel)))
        {
            await account.RevealedAsync();
        }

        EarningsRowOf(await ReportAsync(), owed: Cost);
        AuditRequest next = Request(channel);
        next.Payment.Latest = _bench.Voucher(channel, Cost);
        (await AccountAsync(next)).Dispose();
        EarningsRowOf(await ReportAsync(), owed: 0);

        static void EarningsRowOf(Core.Api.EarningsReport report, ulong owed)
        {
            Assert.That(report.Rows.Select(r => r.Key), Is.EqualTo(new[] { "audit" }));
            Assert.That((report.Total.Shards, report.Total.Audits), Is.EqualTo((0L, 1L)));
            Assert.That((report.Total.Earned, report.Total.Unpaid), Is.EqualTo((Cost, owed)));
        }
    }

    [Test]
    public async Task Offer_AboveWhatIsAsked_WidensNoWindow()
    {
        ChannelState channel = _bench.OpenChannel();
        AuditRequest request = Request(channel);
        request.Payment.Prices.InputPerMillionTokens *= 1_000;
        request.Payment.IntentEnvelope = Intent(request, 1_000 * Cost);
        Assert.That((await RefusalAsync(request)).Message, Does.Contain("stand at the limit"));

        Offer generous = _bench.Offer(channel);
        generous.Payment.Prices.InputPerMillionTokens *= 1_000;
        using PayerAccount account = await _bench.AccountAsync(generous);
        Assert.That(account.Terms.Credit, Is.EqualTo(EarningBench.Window));
    }

    [Test]
    public async Task Node_ThatAsksNothing_JudgesForNothing()
    {
        await using var free = new EarningBench(o => o with { Prices = new PriceList { OutputPerMillionTokens = 5 } });
        AuditRequest request = TestAudits.Request();

        Assert.That(
            await free.Earner.AcceptAuditAsync(request, free.Payer.Id, default), Is.InstanceOf<AuditAnswer.Free>(),
            "an audit is read, and nothing is asked for that");
    }

    private string AssetKey => $"{_bench.Program}/{default(Address)}";

    private AuditRequest Request(ChannelState channel, ulong ceiling = Cost)
    {
        AuditRequest request = TestAudits.Request();
        request.Payment = new OfferPayment
        {
            IntentEnvelope = Intent(request, ceiling), Channel = _bench.Reference(channel),
            Prices = _bench.Options.Prices.Clone(),
        };
        return request;
    }

    private ByteString Intent(AuditRequest request, ulong ceiling)
    {
        PaymentIntent intent = _bench.Intent(ceiling);
        intent.JobId = ByteString.CopyFrom(AuditBill.IdOf(request));
        return ByteString.CopyFrom(PaymentIntentEnvelope.Seal(_bench.Payer, intent));
    }

    private Task<AuditAnswer> AcceptAsync(AuditRequest request) =>
        _bench.Earner.AcceptAuditAsync(request, _bench.Payer.Id, default);

    private async Task<AuditAccount> AccountAsync(AuditRequest request)
    {
        AuditAnswer answer = await AcceptAsync(request);
        return answer is AuditAnswer.Paid paid
            ? paid.Account
            : throw new AssertionException($"{(answer as AuditAnswer.Refused)?.Decline}");
    }

    private async Task<AuditDecline> RefusalAsync(AuditRequest request)
    {
        AuditAnswer answer = await AcceptAsync(request);
        Assert.That(answer, Is.InstanceOf<AuditAnswer.Refused>());
        AuditDecline decline = ((AuditAnswer.Refused)answer).Decline;
        Assert.That(decline.Reason, Is.EqualTo(AuditDecline.Types.Reason.PaymentRequired));
        return decline;
    }

    private Task<Core.Api.EarningsReport> ReportAsync() =>
        _bench.Earner.ReportAsync(EarningsGrouping.Kind, DateTimeOffset.UnixEpoch, default);
}
