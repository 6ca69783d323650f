using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>What vouchers come to, and what is left of them after a restart.</summary>
[TestFixture]
public sealed class VoucherTests
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
    }

    [TearDown]
    public async Task TearDown()
    {
        _account.Dispose();
        await _bench.DisposeAsync();
    }

    private static IEnumerable<TestCaseData> Violations()
    {
        yield return Bad(
            "LowerByAnother", (b, c) => b.Voucher(c, 499, signer: NodeIdentity.Generate()), "not signed by");
        yield return Bad("NegativeAsSigned", (b, c) => b.Voucher(c, ulong.MaxValue), "more than is counted");
        yield return Bad("OtherSigner", (b, c) => b.Voucher(c, 600, signer: NodeIdentity.Generate()), "not signed by");
        yield return Bad("Expired", (b, c) => b.Voucher(c, 600, expiry: 1), "must be good until");
        yield return Bad("ExpiresSoon", (b, c) => b.Voucher(c, 600, expiry: 2 * 86_400 - 1), "must be good until");
        yield return Bad("ExpiresBefore1970", (b, c) => b.Voucher(c, 600, expiry: long.MinValue), "must be good until");
        yield return Bad("OtherChannel", (b, c) => b.Voucher(b.OpenChannel(salt: 2), 600), "is for the channel");
        yield return Bad("NoVoucher", (_, _) => new Payment(), "50 bytes");
        yield return Bad("Long", (b, c) => Changed(b.Voucher(c, 600), v => [.. v, 0]), "50 bytes");
        yield return Bad("OtherKind", (b, c) => Changed(b.Voucher(c, 600), v => [0x57, .. v[1..]]), "50 bytes");
        yield return Bad("ChangedAmount", (b, c) => Changed(b.Voucher(c, 600), v => Flipped(v, 36)), "not signed by");
        yield return Bad("NoSignature", (b, c) => Unsigned(b.Voucher(c, 600)), "not signed by");

        static TestCaseData Bad(string name, Func<EarningBench, ChannelState, Payment> make, string reason) =>
            new TestCaseData((object)make, reason).SetArgDisplayNames(name);

        static Payment Changed(Payment payment, Func<byte[], byte[]> change)
        {
            payment.Voucher = ByteString.CopyFrom(change(payment.Voucher.ToByteArray()));
            return payment;
        }

        static byte[] Flipped(byte[] bytes, int at)
        {
            bytes[at] ^= 1;
            return bytes;
        }

        static Payment Unsigned(Payment payment)
        {
            payment.Signature = ByteString.Empty;
            return payment;
        }
    }

    [TestCaseSource(nameof(Violations))]
    public async Task Voucher_ThatIsNone_IsAViolationAndChangesNothing(object make, string reason)
    {
        await _account.TakeAsync(_bench.Voucher(_channel, 500), default);

        Payment payment = ((Func<EarningBench, ChannelState, Payment>)make)(_bench, _channel);
        string? problem = await _account.TakeAsync(payment, default);

        Assert.That(problem, Does.Contain(reason));
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(500));
    }

    [Test]
    public async Task Voucher_ThatCounts_IsKeptWithItsSignature()
    {
        Payment payment = _bench.Voucher(_channel, 700);
        Assert.That(await _account.TakeAsync(payment, default), Is.Null);

        await _bench.RestartAsync();
        EarningChannelRecord kept = _bench.Kept(_channel);
        Assert.That((kept.Held, kept.VoucherExpiry), Is.EqualTo((700L, 0L)));
        Assert.That(kept.Signature, Is.EqualTo(payment.Signature.ToByteArray()));
    }

    [Test]
    public async Task Voucher_ThatCameBefore_IsNoViolation()
    {
        Payment payment = _bench.Voucher(_channel, 700);
        await _account.TakeAsync(payment, default);

        Assert.That(await _account.TakeAsync(payment, default), Is.Null);
        Assert.That(_bench.Journal.Earnings.PaidBy(_bench.Payer.Id, AssetKey), Is.EqualTo(700));
    }

    [Test]
    public async Task Voucher_OverTheDeposit_CountsAfterATopUp()
    {
        int asked = _bench.Questions;
        Assert.That(await _account.TakeAsync(_bench.Voucher(_channel, 11_000_000), default), Is.Null, "no violation yet");
        Assert.That((_bench.Kept(_channel).Held, _bench.Questions - asked), Is.EqualTo((0L, 1)), "read again, and low");

        _bench.OpenChannel(deposit: 12_000_000);
        Assert.That(await _account.TakeAsync(_bench.Voucher(_channel, 11_000_001), default), Is.Null);
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(11_000_001));
    }

    [Test]
    public async Task Voucher_OverADepositThatCantBeRead_WaitsForTheChainWithoutLosingTheLast()
    {
        await _account.TakeAsync(_bench.Voucher(_channel, 900), default);
        _bench.IsDown = true;
        await _account.TakeAsync(_bench.Voucher(_channel, 11_000_000), default);
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(900));

        await _bench.RestartAsync();
        _bench.IsDown = false;
        _bench.OpenChannel(deposit: 12_000_000);
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        await _bench.Earner.SettleAsync(dryRun: false, default);
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(11_000_000));
    }

    [Test]
    public async Task Voucher_OnAChannelNotReadForLong_DoesNotCount()
    {
        _bench.IsDown = true;
        _bench.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.That(await _account.TakeAsync(_bench.Voucher(_channel, 900), default), Is.Null);
        Assert.That(_bench.Kept(_channel).Held, Is.Zero, "the payer could have the deposit back by now");
    }

    [Test]
    public async Task Voucher_OnAChannelThatIsGone_DoesNotCount()
    {
        _bench.Chain.Clear();
        _bench.Time.Advance(TimeSpan.FromMinutes(31));
        await _account.TakeAsync(_bench.Voucher(_channel, 900), default);

        Assert.That((_bench.Kept(_channel).Held, _bench.Kept(_channel).IsClosed), Is.EqualTo((0L, true)));
    }

    [Test]
    public async Task Latest_InAnOffer_IsTaken()
    {
        Offer offer = _bench.Offer(_channel);
        offer.Payment.Latest = _bench.Voucher(_channel, 800);
        (await _bench.AccountAsync(offer)).Dispose();

        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(800));
    }

    // Two jobs of an honest payer share a channel: the voucher of one overtakes that of the other.
    [Test]
    public async Task Lower_OvertakenByAnotherJobs_IsIgnored()
    {
        await _account.TakeAsync(_bench.Voucher(_channel, 800), default);

        Assert.That(await _account.TakeAsync(_bench.Voucher(_channel, 700), default), Is.Null);
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(800));
    }

    [Test]
    public async Task Latest_OvertakenByAnotherJobs_IsIgnored()
    {
        await _account.TakeAsync(_bench.Voucher(_channel, 800), default);
        Offer offer = _bench.Offer(_channel);
        offer.Payment.Latest = _bench.Voucher(_channel, 700);

        Assert.That(await _bench.Earner.AcceptAsync(offer, _bench.Payer.Id, default), Is.InstanceOf<EarnerAnswer.Paid>());
        Assert.That(_bench.Kept(_channel).Held, Is.EqualTo(800));
    }

    [Test]
    public async Task Vouchers_OfAnyBytes_AreNeverTakenForMore()
    {
        var random = new Random(20261121);
        for (int i = 0; i < 500; i++)
        {
            Payment payment = _bench.Voucher(_channel, (ulong)(1_000 + i));
            byte[] bytes = payment.Voucher.ToByteArray();
            byte[] signature = payment.Signature.ToByteArray();
            byte[] spoilt = random.Next(2) == 0 ? bytes : signature;
            spoilt[random.Next(spoilt.Length)] ^= (byte)random.Next(1, 256);
            payment.Voucher = ByteString.CopyFrom(bytes);
            payment.Signature = ByteString.CopyFrom(signature);
            await _account.TakeAsync(payment, default);
        }

        Assert.That(_bench.Kept(_channel).Held, Is.Zero);
    }

    private string AssetKey => $"{_bench.Program}/{_bench.Mint}";
}
