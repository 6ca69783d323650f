using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>Which offers are taken, and what is said to the others. Nothing that is refused leaves a trace.</summary>
[TestFixture]
public sealed class OfferTests
{
    private EarningBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new EarningBench();

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    private static IEnumerable<TestCaseData> WrongIntents()
    {
        yield return Wrong("Expired", (now, i) => i.ExpiresUnixMs = Ms(now, -3), "expired");
        yield return Wrong("Future", (now, i) => i.IssuedUnixMs = Ms(now, 3), "in the future");
        yield return Wrong("ForEver", (now, i) => i.ExpiresUnixMs = Ms(now, 60 * 30), "at most 24 h");
        yield return Wrong("OtherJob", (_, i) => i.JobId = ByteString.CopyFrom(Enumerable.Repeat((byte)1, 16).ToArray()), "another job");
        yield return Wrong("OtherPayee", (_, i) => i.Payee = NodeIdentity.Generate().Id.ToByteString(), "another provider");
        yield return Wrong("OtherPayer", (_, i) => i.Payer = NodeIdentity.Generate().Id.ToByteString(), "another payer");
        yield return Wrong("NoCeiling", (_, i) => i.Ceiling = 0, "at least");
        yield return Wrong("CeilingOverDeposit", (_, i) => i.Ceiling = 10_000_001, "top it up");
        yield return Wrong("CeilingEndless", (_, i) => i.Ceiling = ulong.MaxValue, "top it up");
        yield return Wrong("ShortNonce", (_, i) => i.Nonce = ByteString.CopyFrom(1), "nonce");
        yield return Wrong("OtherMint", (_, i) => i.Mint = ByteString.CopyFrom(SolanaKey.Generate().Address.Span), "is in");

        static TestCaseData Wrong(string name, Action<DateTimeOffset, PaymentIntent> spoil, string reason) =>
            new TestCaseData(spoil, reason).SetArgDisplayNames(name);
    }

    private static IEnumerable<TestCaseData> WrongReferences()
    {
        yield return Wrong("Cluster", r => r.Genesis = Other(), "wrong cluster");
        yield return Wrong("Program", r => r.Program = Other(), "wrong program");
        yield return Wrong("Payee", r => r.Payee = Other(), "the channel pays");
        yield return Wrong("Signer", r => r.Signer = Other(), "identity key");
        yield return Wrong("Mint", r => r.Mint = Other(), "wrong mint");
        yield return Wrong("MintLength", r => r.Mint = ByteString.CopyFrom(1, 2), "mint has 2 bytes");
        yield return Wrong("Length", r => r.Payer = ByteString.CopyFrom(1, 2, 3), "payer has 3 bytes");
        yield return Wrong("Empty", r => r.Genesis = ByteString.Empty, "genesis has 0 bytes");
        yield return Wrong("OtherNode", r => r.Salt = 99, "a channel is for one node");
        yield return Wrong("NotThere", r => r.Salt ^= 1, "no channel");

        static TestCaseData Wrong(string name, Action<ChannelReference> spoil, string reason) =>
            new TestCaseData(spoil, reason).SetArgDisplayNames(name);

        static ByteString Other() => ByteString.CopyFrom(SolanaKey.Generate().Address.Span);
    }

    private static IEnumerable<TestCaseData> WrongChannels()
    {
        yield return Wrong("Closing", s => s with { ReclaimAt = 200_000 }, "being closed");
        yield return Wrong("Ending", s => s with { Expiry = 86_400 + 3_600 }, "lengthen it");
        yield return Wrong("Ended", s => s with { Expiry = 0 }, "lengthen it");
        yield return Wrong("EndlessBackwards", s => s with { Expiry = long.MinValue }, "lengthen it");
        yield return Wrong("NoTimeToSettle", s => s with { WithdrawDelay = 60 }, "to settle");
        yield return Wrong("UsedUp", s => s with { Settled = 9_500_000 }, "top it up");

        static TestCaseData Wrong(string name, Func<ChannelState, ChannelState> change, string reason) =>
            new TestCaseData(change, reason).SetArgDisplayNames(name);
    }

    // The one that comes first pays for both, and the other one is known by then: nothing is kept back for what is paid.
    [Test]
    public async Task Offer_WhileVouchersOfOtherJobsPassedOneAnother_HasWhatTheirPayerReckons()
    {
        ChannelState channel = _bench.OpenChannel(deposit: 3_000_000);
        using PayerAccount first = await _bench.AccountAsync(channel);
        using PayerAccount second = await _bench.AccountAsync(channel);
        await EarningBench.EarnAsync(first, 1, 400);
        await EarningBench.EarnAsync(second, 2, 300);
        await second.TakeAsync(_bench.Voucher(channel, 700, shard: 2), default);
        await first.TakeAsync(_bench.Voucher(channel, 400, shard: 1), default);

        using PayerAccount third = await _bench.AccountAsync(_bench.Offer(channel, _bench.Intent(1_000_000)));

        Assert.That(third.Terms.Unpaid, Is.Zero);
        Assert.That(
            await _bench.RefusalAsync(_bench.Offer(channel, _bench.Intent(1))), Does.Contain("has 0 SOL"), "to the unit");
    }

    // So a payer learns for nothing what else speaks against its offer, and what a chain would cost it is worth spending.
    [Test]
    public async Task Offer_WithoutAChannelYet_IsToldThatOnlyThatIsMissing()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment.Channel = null;

        Decline first = ((EarnerAnswer.Refused)await _bench.AcceptAsync(offer)).Decline;
        Decline again = ((EarnerAnswer.Refused)await _bench.AcceptAsync(offer)).Decline;

        Assert.That(first.Reason, Is.EqualTo(Decline.Types.Reason.ChannelRequired));
        Assert.That(again, Is.EqualTo(first), "no nonce is taken for it");
        Assert.That((_bench.Questions, _bench.Journal.Nonces.Count()), Is.EqualTo((0, 0L)));
    }

    [Test]
    public async Task Offer_WithoutAChannelYet_IsToldFirstWhatElseIsWrong()
    {
        PaymentIntent late = _bench.Intent();
        late.IssuedUnixMs += 600_000;
        late.ExpiresUnixMs += 600_000;
        Offer offer = _bench.Offer(_bench.OpenChannel(), late);
        offer.Payment.Channel = null;

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("made in the future"));
        offer.Payment.Prices.OutputPerMillionTokens--;
        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("this node asks"));
    }

    [Test]
    public async Task Offer_ThatPays_IsTakenWithTheNewcomersWindow()
    {
        using PayerAccount account = await _bench.AccountAsync(_bench.OpenChannel());

        Assert.That(account.Terms.Credit, Is.EqualTo(EarningBench.Window));
        Assert.That(account.Terms.Unpaid, Is.Zero);
    }

    [TestCaseSource(nameof(WrongIntents))]
    public async Task Offer_WithAWrongIntent_IsRefused(Action<DateTimeOffset, PaymentIntent> spoil, string reason)
    {
        PaymentIntent intent = _bench.Intent();
        spoil(_bench.Time.GetUtcNow(), intent);

        Assert.That(await _bench.RefusalAsync(_bench.Offer(_bench.OpenChannel(), intent)), Does.Contain(reason));
        Assert.That(_bench.Journal.Nonces.Count(), Is.Zero);
    }

    [TestCaseSource(nameof(WrongReferences))]
    public async Task Offer_OnAnotherChannel_IsRefused(Action<ChannelReference> spoil, string reason)
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        spoil(offer.Payment.Channel);

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain(reason));
        Assert.That(_bench.Journal.Nonces.Count(), Is.Zero);
    }

    [TestCaseSource(nameof(WrongChannels))]
    public async Task Offer_OnAChannelThatCantBeHad_IsRefused(Func<ChannelState, ChannelState> change, string reason)
    {
        Assert.That(
            await _bench.RefusalAsync(_bench.Offer(_bench.OpenChannel(change: change))), Does.Contain(reason));
        Assert.That(_bench.Journal.Nonces.Count(), Is.Zero);
    }

    [Test]
    public async Task Offer_WithoutPayment_IsToldThePrices()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment = null;

        var refused = (EarnerAnswer.Refused)await _bench.AcceptAsync(offer);

        Assert.That(refused.Decline.Prices.OutputPerMillionTokens, Is.EqualTo(EarningBench.Price));
        Assert.That(refused.Decline.Message, Does.Contain("per 1,000 tokens"));
    }

    [Test]
    public async Task Offer_BelowThePrice_IsRefused()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment.Prices.OutputPerMillionTokens--;

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("this node asks"));
    }

    [Test]
    public async Task Offer_AbovethePrice_IsTaken()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment.Prices.OutputPerMillionTokens *= 2;

        using PayerAccount account = await _bench.AccountAsync(offer);

        Assert.That(account.Terms.Credit, Is.EqualTo(EarningBench.Window), "what it offers above that widens nothing");
    }

    [Test]
    public async Task Offer_AtAPriceBeyondAllBounds_IsRefused()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment.Prices.OutputPerMillionTokens = ulong.MaxValue;

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("none may be above"));
    }

    [Test]
    public async Task Offer_AfterThePriceRose_IsRefused()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        await _bench.Earner.Prices.SetAsync(
            new PriceList { InputPerMillionTokens = 1, OutputPerMillionTokens = EarningBench.Price + 1 }, default);

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("this node asks"));
    }

    [Test]
    public async Task Offer_OfTheNodeItself_IsFree()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment = null;

        Assert.That(
            await _bench.Earner.AcceptAsync(offer, _bench.Self.Id, default), Is.InstanceOf<EarnerAnswer.Free>());
    }

    [Test]
    public async Task Offer_WhereNothingIsAsked_IsFree()
    {
        await _bench.Earner.Prices.SetAsync(new PriceList(), default);
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment = null;

        Assert.That(await _bench.AcceptAsync(offer), Is.InstanceOf<EarnerAnswer.Free>());
        Assert.That(_bench.Earner.Advertised, Is.Null);
    }

    [Test]
    public async Task Intent_TakenTwice_IsRefusedAlsoAfterARestart()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        (await _bench.AccountAsync(offer)).Dispose();

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("nonce was used before"));
        await _bench.RestartAsync();
        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("nonce was used before"));
    }

    [Test]
    public async Task Nonce_IsForgottenOnlyWhenItsIntentIsTooOldForAnyClock()
    {
        ChannelState channel = _bench.OpenChannel();
        Offer offer = _bench.Offer(channel);
        (await _bench.AccountAsync(offer)).Dispose();

        _bench.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("nonce was used before"));
        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("expired"));
        Assert.That(_bench.Journal.Nonces.Count(), Is.EqualTo(1));
        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        (await _bench.AccountAsync(channel)).Dispose();
        Assert.That(_bench.Journal.Nonces.Count(), Is.EqualTo(1), "the old one is gone");
    }

    [TestCase(-110)]
    [TestCase(110)]
    public async Task Intent_OfAClockThatIsALittleOff_IsTaken(int seconds)
    {
        PaymentIntent intent = _bench.Intent();
        intent.IssuedUnixMs += seconds * 1_000L;
        intent.ExpiresUnixMs = intent.IssuedUnixMs + 60_000;

        (await _bench.AccountAsync(_bench.Offer(_bench.OpenChannel(), intent))).Dispose();
    }

    [Test]
    public async Task Intent_OfAClockTenMinutesOff_IsToldSo()
    {
        PaymentIntent intent = _bench.Intent();
        intent.IssuedUnixMs += 600_000;

        Assert.That(
            await _bench.RefusalAsync(_bench.Offer(_bench.OpenChannel(), intent)), Does.Contain("clocks of the two"));
    }

    [Test]
    public async Task Intent_SignedByAnother_IsRefused()
    {
        Offer offer = _bench.Offer(_bench.OpenChannel());
        offer.Payment.IntentEnvelope =
            ByteString.CopyFrom(PaymentIntentEnvelope.Seal(NodeIdentity.Generate(), _bench.Intent()));

        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("is signed by"));
    }

    [Test]
    public async Task Intents_OnOneChannel_CanNotPromiseMoreThanItHas()
    {
        ChannelState channel = _bench.OpenChannel(deposit: 1_500);
        using PayerAccount first = await _bench.AccountAsync(_bench.Offer(channel, _bench.Intent(1_000)));

        Assert.That(
            await _bench.RefusalAsync(_bench.Offer(channel, _bench.Intent(501))), Does.Contain("0.0000005 SOL"));
        using PayerAccount second = await _bench.AccountAsync(_bench.Offer(channel, _bench.Intent(500)));
        first.Dispose();
        using PayerAccount third = await _bench.AccountAsync(_bench.Offer(channel, _bench.Intent(1_000)));
    }

    [Test]
    public async Task Reservation_ShrinksByWhatIsPaid()
    {
        ChannelState channel = _bench.OpenChannel(deposit: 2_000);
        using PayerAccount first = await _bench.AccountAsync(_bench.Offer(channel, _bench.Intent(2_000)));
        await EarningBench.EarnAsync(first, 1, 600);
        Assert.That(await first.TakeAsync(_bench.Voucher(channel, 600, 1), default), Is.Null);
        first.Dispose();

        using PayerAccount second = await _bench.AccountAsync(_bench.Offer(channel, _bench.Intent(1_400)));
    }

    [Test]
    public async Task Chain_ThatIsDown_RefusesStrangersAndLetsKnownChannelsWork()
    {
        ChannelState known = _bench.OpenChannel(), other = _bench.OpenChannel(salt: 2);
        (await _bench.AccountAsync(known)).Dispose();
        _bench.IsDown = true;
        _bench.Time.Advance(TimeSpan.FromMinutes(5));

        (await _bench.AccountAsync(known)).Dispose();
        Assert.That(await _bench.RefusalAsync(_bench.Offer(other)), Does.Contain("its cluster can't be asked").And.Not.Contain("is down"));
        _bench.Time.Advance(TimeSpan.FromMinutes(26));
        Assert.That(
            await _bench.RefusalAsync(_bench.Offer(known)), Does.Contain("can't be read"),
            "its payer could have had the deposit back by now");
    }

    [Test]
    public async Task Payer_ThatNamesChannelAfterChannel_IsNotLookedUpForEver()
    {
        for (ulong i = 0; i < 100; i++)
        {
            Offer offer = _bench.Offer(_bench.OpenChannel());
            offer.Payment.Channel.Salt += 1_000 + i;
            await _bench.RefusalAsync(offer);
        }

        Assert.That(_bench.Questions, Is.LessThan(30));
    }

    [Test]
    public async Task Offer_OfAnyBytes_IsRefusedWithASentence()
    {
        var random = new Random(20261121);
        ChannelState channel = _bench.OpenChannel();
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = _bench.Offer(channel).Payment.ToByteArray();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            }

            Offer offer = _bench.Offer(channel);
            try
            {
                offer.Payment = OfferPayment.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }

            EarnerAnswer answer = await _bench.AcceptAsync(offer);
            (answer as EarnerAnswer.Paid)?.Account.Dispose();
            Assert.That(
                answer is not EarnerAnswer.Refused refused || refused.Decline.Message.Length > 0, Is.True);
        }
    }

    private static long Ms(DateTimeOffset now, int minutes) =>
        now.AddMinutes(minutes).ToUnixTimeMilliseconds();
}
