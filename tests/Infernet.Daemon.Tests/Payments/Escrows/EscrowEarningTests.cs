using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Daemon.Tests.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>Which escrows a provider takes, and when it has them released.</summary>
[TestFixture]
public sealed class EscrowEarningTests
{
    private const ulong Amount = 1_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly byte[] JobId = new byte[16];

    private EarningBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new EarningBench(o => o with { ReleaseCost = 0 });

    [TearDown]
    public async Task TearDown() => await _bench.DisposeAsync();

    private static IEnumerable<TestCaseData> WrongReferences()
    {
        yield return Wrong("Cluster", r => r.Genesis = Other(), "wrong cluster");
        yield return Wrong("Program", r => r.Program = Other(), "wrong program");
        yield return Wrong("Payee", r => r.Payee = Other(), "the escrow pays");
        yield return Wrong("Mint", r => r.Mint = Other(), "wrong mint");
        yield return Wrong("MintLength", r => r.Mint = ByteString.CopyFrom(1, 2), "mint has 2 bytes");
        yield return Wrong("PayerLength", r => r.Payer = ByteString.CopyFrom(1, 2, 3), "payer has 3 bytes");
        yield return Wrong("SaltLength", r => r.Salt = ByteString.CopyFrom(1), "salt has 1 bytes");
        yield return Wrong("Job", r => r.Job = Other(), "another intent or another job");
        yield return Wrong("Salt", r => r.Salt = ByteString.CopyFrom(new byte[16]), "does not name");
        yield return Wrong("Wallet", r => r.Payer = Other(), "there is no escrow");

        static TestCaseData Wrong(string name, Action<EscrowReference> spoil, string reason) =>
            new TestCaseData(spoil, reason).SetArgDisplayNames(name);

        static ByteString Other() => ByteString.CopyFrom(SolanaKey.Generate().Address.Span);
    }

    [Test]
    public async Task Offer_ByAnEscrow_IsTaken_AndItsVouchersCount()
    {
        (EscrowState escrow, Offer offer) = Open();
        using PayerAccount account = await _bench.AccountAsync(offer);
        await EarningBench.EarnAsync(account, 1, 500);

        Assert.That(await account.TakeAsync(Voucher(escrow, 500, 1), default), Is.Null);
        Assert.That((Kept(escrow).Held, Kept(escrow).Deposit), Is.EqualTo((500, (long)Amount)));
        Assert.That(Kept(escrow).Escrow!.IntentEnvelope, Is.EqualTo(offer.Payment.IntentEnvelope));
        Assert.That(
            await account.TakeAsync(Voucher(escrow, 600, 1, _bench.Self), default), Does.Contain("is not signed by"));
    }

    [TestCaseSource(nameof(WrongReferences))]
    public async Task Offer_WithAWrongReference_IsRefused(Action<EscrowReference> spoil, string reason)
    {
        (_, Offer offer) = Open();
        spoil(offer.Payment.Escrow);
        Assert.That(await _bench.RefusalAsync(offer), Does.Contain(reason));
        Assert.That(_bench.Journal.Nonces.Count(), Is.Zero);
    }

    [Test]
    public async Task Offer_WithAnEscrowOfAnyBytes_IsTakenOrRefused([Range(1, 4)] int seed)
    {
        var random = new Random(seed);
        (_, Offer offer) = Open();
        byte[] good = offer.Payment.Escrow.ToByteArray();
        int refused = 0;
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int n = random.Next(1, 5); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                offer.Payment.Escrow = EscrowReference.Parser.ParseFrom(
                    bytes.AsSpan(0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length));
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }

            EarnerAnswer answer = await _bench.AcceptAsync(offer);
            (answer as EarnerAnswer.Paid)?.Account.Dispose();
            refused += answer is EarnerAnswer.Refused ? 1 : 0;
        }

        Assert.That(refused, Is.GreaterThan(50), $"seed {seed}");
    }

    [Test]
    public async Task Offer_WithBothOrNeither_IsRefused()
    {
        (_, Offer offer) = Open();
        offer.Payment.Channel = _bench.Reference(_bench.OpenChannel());
        Assert.That(await _bench.RefusalAsync(offer), Does.Contain("both a channel and an escrow"));
        (offer.Payment.Channel, offer.Payment.Escrow) = (null, null);
        Decline decline = ((EarnerAnswer.Refused)await _bench.AcceptAsync(offer)).Decline;
        Assert.That(decline.Message, Does.Contain("no channel and no escrow"));
        Assert.That(decline.Reason, Is.EqualTo(Decline.Types.Reason.ChannelRequired), "it may ask first");
    }

    [Test]
    public async Task Offer_ByAnEscrowThatEndsSoonOrIsTooSmall_IsRefused()
    {
        (_, Offer soon) = Open(change: s => s with { Expiry = Now + (3 * 3_600) - 1 });
        Assert.That(await _bench.RefusalAsync(soon), Does.Contain("must be good for 3 hours"));
        (_, Offer backwards) = Open(change: s => s with { Expiry = long.MinValue });
        Assert.That(await _bench.RefusalAsync(backwards), Does.Contain("must be good for 3 hours"));
        (_, Offer small) = Open(change: s => s with { Amount = Amount - 1 });
        Assert.That(await _bench.RefusalAsync(small), Does.Contain("open another one"));
    }

    [Test]
    public async Task Offer_ByAnEscrow_WhereNoneAreTaken_IsRefused()
    {
        await using var bench = new EarningBench(o => o with { TakeEscrows = false });
        await _bench.DisposeAsync();
        _bench = bench;
        Assert.That(await _bench.RefusalAsync(Open().Offer), Does.Contain("takes no escrows"));
        _bench = new EarningBench();
    }

    // Another payer's identity, with an intent of its own for somebody's escrow.
    [Test]
    public async Task Offer_ByAnEscrowOfAnotherIdentity_IsRefused()
    {
        (_, Offer offer) = Open();
        var other = NodeIdentity.Generate();
        (EscrowReference reference, _bench.Payer) = (offer.Payment.Escrow, other);
        PaymentIntent intent = _bench.Intent(Amount);
        intent.Id = ByteString.CopyFrom(reference.Job.Span[..16]);
        Offer stolen = _bench.Offer(_bench.OpenChannel(), intent);
        (stolen.Payment.Channel, stolen.Payment.Escrow) = (null, reference);
        Assert.That(await _bench.RefusalAsync(stolen), Does.Contain("does not name"));
    }

    [Test]
    public async Task Stream_AfterAnotherOfTheSameJob_GoesOnWithWhatIsLeft()
    {
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 300);

        Assert.That(await _bench.RefusalAsync(Again(offer, Amount)), Does.Contain("0.9997 of").Or.Contain("open another one"));
        using PayerAccount account = await _bench.AccountAsync(Again(offer, Amount - 300));
        Assert.That(await account.TakeAsync(Voucher(escrow, 700, 2), default), Is.Null);
        Assert.That(Kept(escrow).Held, Is.EqualTo(700));
    }

    [Test]
    public async Task Escrow_WhoseJobHasEnded_IsReleasedAsAWhole()
    {
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 2_000);

        SettleReport foreseen = await SettleAsync(dryRun: true);
        Assert.That((foreseen.Due.Single().Amount, _bench.Released.Count), Is.EqualTo((2_000ul, 0)));
        SettlementView settled = (await SettleAsync()).Settled.Single();

        Assert.That((settled.Amount, settled.Received, settled.Transaction), Is.EqualTo((2_000ul, 1_700ul, "release")));
        Assert.That(_bench.Released, Is.EqualTo(new[] { 2_000ul }));
        Assert.That((Kept(escrow).IsClosed, Kept(escrow).Unsettled), Is.EqualTo((true, 0)));
        Assert.That((await SettleAsync()).Settled, Is.Empty);
        Assert.That(await _bench.RefusalAsync(Again(offer, 1)), Does.Contain("not on the chain any more"));
        EarningsReport report = await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That((report.Received, report.Channels.Single().Kind, report.Channels.Single().State),
            Is.EqualTo((1_700ul, "escrow", "closed")));
    }

    [Test]
    public async Task Escrow_WhoseJobIsOpenOrOwes_IsNotReleasedByItself()
    {
        (EscrowState escrow, Offer offer) = Open();
        using (PayerAccount account = await _bench.AccountAsync(offer))
        {
            await EarningBench.EarnAsync(account, 1, 500);
            await account.TakeAsync(Voucher(escrow, 400, 1), default);
            Assert.That((await SettleAsync()).Settled, Is.Empty, "its job is open");
        }

        Assert.That(Reason(escrow), Is.Null, "100 are owed, and may come");
        await _bench.Journal.Earnings.WithholdAsync(_bench.Payer.Id, JobId, 1, 1, "wrong", default);
        Assert.That(Reason(escrow), Is.EqualTo("its job has ended"), "what is withheld does not come");
    }

    [Test]
    public async Task Escrow_WhoseEndComesNear_IsReleasedWhateverIsOwed_AndNothingNewCountsThen()
    {
        (EscrowState escrow, Offer offer) = Open();
        using PayerAccount account = await _bench.AccountAsync(offer);
        await EarningBench.EarnAsync(account, 1, 500);
        await account.TakeAsync(Voucher(escrow, 400, 1), default);
        _bench.OnAttest = _ =>
        {
            Assert.That(account.TakeAsync(Voucher(escrow, 500, 1), default).Result, Is.Null);
            return [];
        };

        _bench.Time.Advance(TimeSpan.FromHours(23));
        Assert.That(Reason(escrow), Is.EqualTo(SettlementPolicy.Ends));
        SettlementView settled = (await SettleAsync()).Settled.SingleOrDefault()
            ?? (await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default)).Settlements.Single();

        Assert.That(settled.Amount, Is.EqualTo(400));
        Assert.That(Kept(escrow).Held, Is.EqualTo(400), "a voucher that came meanwhile would be lost with it");
    }

    // After its end the payer has it back at once: what it signs then is worth nothing, whoever is asked.
    [Test]
    public async Task Voucher_ThatComesTooLateForARelease_CountsForNothing()
    {
        (EscrowState escrow, Offer offer) = Open();
        _bench.OnAttest = _ => throw new PaymentException(PaymentCodes.Attestation, "nobody signs");
        using PayerAccount account = await _bench.AccountAsync(offer);
        await EarningBench.EarnAsync(account, 1, 900);
        _bench.Time.Advance(TimeSpan.FromHours(23.4));
        Assert.That(await account.TakeAsync(Voucher(escrow, 400, 1), default), Is.Null);
        Assert.That(Kept(escrow).Held, Is.EqualTo(400));

        foreach (double hours in (double[])[0.2, 1])
        {
            _bench.Time.Advance(TimeSpan.FromHours(hours));
            Assert.That(await account.TakeAsync(Voucher(escrow, 900, 1), default), Is.Null, "it may be honest");
            Assert.That(Kept(escrow).Held, Is.EqualTo(400));
        }
    }

    [Test]
    public async Task Escrow_ThatHasExpired_IsGivenUp()
    {
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 2_000, owed: 100);
        _bench.OnAttest = _ => throw new PaymentException(PaymentCodes.Attestation, "nobody signs");
        _bench.Time.Advance(TimeSpan.FromHours(24));
        _bench.Escrows.Clear();

        Assert.That((await SettleAsync()).Settled, Is.Empty);
        EarningsReport report = await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That((report.Received, _bench.Released.Count), Is.EqualTo((0ul, 0)));
    }

    [Test]
    public async Task Committee_ThatDoesNotSign_IsSaidAndAskedAgain_AndTheJobMayGoOnMeanwhile()
    {
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 2_000);
        _bench.OnAttest = _ => throw new PaymentException(PaymentCodes.Attestation, "1 of the committee sign; 2 must");

        Assert.That((await SettleAsync()).Problems.Single(), Does.Contain("2 must"));
        Assert.That(_bench.Earner.Problem, Does.Contain("2 must"));
        using (await _bench.AccountAsync(Again(offer, 1_000)))
        {
            Assert.That((await SettleAsync()).Settled, Is.Empty);
        }

        _bench.OnAttest = _ => [];
        Assert.That((await SettleAsync()).Settled.Single().Amount, Is.EqualTo(2_000));
        Assert.That(_bench.Earner.Problem, Is.Null);
    }

    [Test]
    public async Task Crash_AfterTheRelease_IsNotedOnce()
    {
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 2_000);
        _bench.OnRelease = () => throw new PaymentException(PaymentCodes.Pending, "the node stops");
        await SettleAsync();
        await _bench.RestartAsync();

        await SettleAsync();
        EarningsReport report = await _bench.Earner.ReportAsync(EarningsGrouping.Day, default, default);

        Assert.That((report.Received, _bench.Released.Count), Is.EqualTo((1_700ul, 1)));
        Assert.That(report.Settlements.Single().Amount, Is.EqualTo(2_000));
    }

    // Its mark stays for as long as a transaction of that time could still be taken.
    [Test]
    public async Task Crash_BeforeTheRelease_LeavesItToALaterTime_WithWhatCameMeanwhile()
    {
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 2_000, owed: 500);
        await _bench.Journal.EarningChannels.MarkClosingAsync(Kept(escrow).Channel, _bench.Time.GetUtcNow(), default);
        await _bench.RestartAsync();
        Assert.That(await _bench.RefusalAsync(Again(offer, 1)), Does.Contain("being closed"));
        PaymentAnswer late = await _bench.Earner.Desk.AnswerAsync(
            new PayMessage { Payment = Voucher(escrow, 2_500, 1) }, _bench.Payer.Id, default);
        Assert.That((late.Held, late.Problem), Is.EqualTo((2_000ul, $"the escrow {Kept(escrow).Channel} is about to be released")));
        Assert.That((await SettleAsync()).Settled, Is.Empty);

        _bench.Time.Advance(_bench.Options.CloseWait + TimeSpan.FromSeconds(1));
        SettleReport report = await SettleAsync();

        Assert.That(_bench.Released, Is.EqualTo(new[] { 2_500ul }));
        Assert.That(report.Problems, Is.Empty);
    }

    [Test]
    public async Task Release_ThatCostsMoreThanItBrings_IsNotMade()
    {
        await _bench.DisposeAsync();
        _bench = new EarningBench();
        (EscrowState escrow, Offer offer) = Open();
        await EarnAsync(escrow, offer, 3_000);
        Assert.That(Reason(escrow), Is.Null);
        Assert.That((await SettleAsync()).Settled, Is.Empty);
    }

    private long Now => _bench.Time.GetUtcNow().ToUnixTimeSeconds();

    private string? Reason(EscrowState escrow) => SettlementPolicy.ReleaseReason(
        Kept(escrow), isWorkedFor: false, _bench.Journal.Earnings.OwedFor(_bench.Payer.Id, JobId), _bench.Time.GetUtcNow(),
        onDemand: false, _bench.Options);

    private Task<SettleReport> SettleAsync(bool dryRun = false) => _bench.Earner.SettleAsync(dryRun, default).WaitAsync(Limit);

    private async Task EarnAsync(EscrowState escrow, Offer offer, ulong paid, ulong owed = 0)
    {
        using PayerAccount account = await _bench.AccountAsync(offer);
        await EarningBench.EarnAsync(account, 1, paid + owed);
        Assert.That(await account.TakeAsync(Voucher(escrow, paid, 1), default), Is.Null);
    }

    private (EscrowState Escrow, Offer Offer) Open(Func<EscrowState, EscrowState>? change = null)
    {
        var name = EscrowName.New(_bench.Payer.Id, JobId);
        var key = new EscrowKey(_bench.PayerWallet.Address, _bench.Wallet.Address, _bench.Mint, name.Job);
        var state = new EscrowState(
            key, default, Amount, 7, Now + (24 * 3_600), new Terms(1000, 500, 0, 9, 255));
        state = change?.Invoke(state) ?? state;
        _bench.Escrows[key.Derive(_bench.Program).Address] = state;
        PaymentIntent intent = _bench.Intent(Amount);
        intent.Id = ByteString.CopyFrom(name.Id);
        Offer offer = _bench.Offer(_bench.OpenChannel(), intent);
        (offer.Payment.Channel, offer.Payment.Escrow) =
            (null, EscrowReferences.Of(_bench.Genesis, _bench.Program, key, name.Salt));
        return (state, offer);
    }

    // The same job's next stream: the same id, and a nonce of its own.
    private Offer Again(Offer offer, ulong ceiling)
    {
        PaymentIntent intent = _bench.Intent(ceiling);
        intent.Id = ByteString.CopyFrom(offer.Payment.Escrow.Job.Span[..16]);
        Offer again = _bench.Offer(_bench.OpenChannel(), intent);
        (again.Payment.Channel, again.Payment.Escrow) = (null, offer.Payment.Escrow);
        return again;
    }

    private Payment Voucher(EscrowState escrow, ulong cumulative, ulong shard, NodeIdentity? signer = null)
    {
        byte[] bytes = new Voucher(escrow.Key.Derive(_bench.Program).Address, cumulative, 0).Encode();
        return new Payment
        {
            Voucher = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom((signer ?? _bench.Payer).Sign(bytes)),
            ShardId = shard, Attempt = 1,
        };
    }

    private EarningChannelRecord Kept(EscrowState escrow) =>
        _bench.Journal.EarningChannels.Find(escrow.Key.Derive(_bench.Program).Address.ToString())!;
}
