using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>Earning on the real program: to the last unit, and over the death of the node at every commit.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class LedgerTests(bool tokens)
{
    private const ulong Deposit = 3_000_000;
    private const ulong PerToken = 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly NodeIdentity _payer = NodeIdentity.Generate();
    private SettlementChain _chain = null!;
    private PaymentBench _bench = null!;
    private SolanaKey _payerWallet = null!;
    private ChannelKey _key = null!;
    private Earner _earner = null!;
    private ushort _salt;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public async Task SetUp()
    {
        _bench = await PaymentBench.StartAsync(_chain);
        _payerWallet = await _chain.NewPersonAsync();
        _earner = NewEarner();
        await OpenChannelAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _earner.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Test]
    public async Task Work_IsPaidToTheLastUnit()
    {
        using (PayerAccount account = await AcceptAsync())
        {
            await WorkAsync(account, 1, tokens: 700);
            Assert.That(await account.TakeAsync(Voucher(700 * PerToken, 1), default), Is.Null);
            await WorkAsync(account, 2, tokens: 333);
            Assert.That(await account.TakeAsync(Voucher(1_033 * PerToken, 2), default), Is.Null);
        }

        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        SettleReport report = await _earner.SettleAsync(dryRun: false, default).WaitAsync(Limit);
        SettlementView settled = report.Settled.Single();
        ulong share = (await StateAsync())!.Terms.Divide(0, 1_033_000).Payee;
        ulong fee = tokens ? 0 : settled.NetworkFee;
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(before + share - fee));
        Assert.That((settled.Amount, settled.Received), Is.EqualTo((1_033_000UL, share)));
        Assert.That((await StateAsync())!.Settled, Is.EqualTo(1_033_000));
    }

    [Test]
    public async Task Channel_IsClosedByBothInOneTransaction()
    {
        using (PayerAccount account = await AcceptAsync())
        {
            await account.TakeAsync(Voucher(500_000, 1), default);
        }

        await _chain.AdvanceAsync(60, 151);
        ulong payer = await _chain.BalanceAsync(_payerWallet.Address);
        Transaction closing = await ClosingAsync(500_000);
        PaymentAnswer answer = await _earner.Desk.AnswerAsync(
            new PayMessage
            {
                Close = new CloseChannel
                {
                    Channel = Reference(), Transaction = ByteString.CopyFrom(closing.Serialize()),
                },
            },
            _payer.Id, default);
        Assert.That(answer.Problem, Is.Empty);
        await SendAsync(closing.With(_bench.Wallet.Address, answer.Signature.Span));

        Assert.That(await StateAsync(), Is.Null);
        ulong back = await _chain.BalanceAsync(_payerWallet.Address) - payer;
        Assert.That(back, tokens ? Is.EqualTo(Deposit - 500_000) : Is.GreaterThan(Deposit - 500_000 - 100_000));
        EarningsReport report = await WatchedAsync(r => r.Channels.Single().State == "closed");
        Assert.That((report.Held, report.Received), Is.EqualTo((0UL, 425_000UL)));
    }

    [Test]
    public async Task Payer_ThatAsksToClose_IsSettledBeforeItGetsTheRest()
    {
        using (PayerAccount account = await AcceptAsync())
        {
            await account.TakeAsync(Voucher(600_000, 1), default);
        }

        (await _chain.RunAsync([ChannelInstructions.RequestClose(_chain.Program, _key)], _payerWallet)).IsDone();
        await _earner.SettleAsync(dryRun: false, default).WaitAsync(Limit);
        await _chain.AdvanceAsync(3_601, 9_000);
        (await _chain.RunAsync([ChannelInstructions.Reclaim(_chain.Program, _key)], _payerWallet)).IsDone();

        EarningsReport report = await WatchedAsync(r => r.Received > 0);
        Assert.That(report.Received, Is.EqualTo(510_000));
    }

    // The process dies before or after its Nth commit, with payer and chain living on. Whatever it had said to hold, it
    // still holds; and in the end every unit was paid out once.
    [Test]
    public async Task Death_AtAnyCommit_LosesNoVoucherAndPaysOnce([Range(1, 9)] int commit, [Values] bool committed)
    {
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        await CloseAsync();
        bool dead = false;
        _bench.Open((number, done) =>
        {
            if (dead |= number == commit && done == committed)
            {
                throw new JournalException("The process is dead");
            }
        });
        _bench.Wire.Rule = (_, _, through) => dead ? throw new HttpRequestException("dead") : through();
        _earner = NewEarner();
        ulong held = await LiveAsync();
        await CloseAsync();

        dead = false;
        _bench.Open();
        await _bench.Desk.ResumeAsync(default);
        _earner = NewEarner();
        Assert.That((ulong)(Kept()?.Held ?? 0), Is.GreaterThanOrEqualTo(held));
        (await AcceptAsync()).Dispose();
        PaymentAnswer answer = await _earner.Desk.AnswerAsync(
            new PayMessage { Payment = Voucher(1_000_000, 0) }, _payer.Id, default);
        Assert.That((answer.Held, answer.Problem), Is.EqualTo((1_000_000UL, "")));
        SettleReport settled = await _earner.SettleAsync(dryRun: false, default).WaitAsync(Limit);
        Assert.That(settled.Problems, Is.Empty);

        Assert.That((await StateAsync())!.Settled, Is.EqualTo(1_000_000));
        EarningsReport report = await _earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That((report.Received, report.ProtocolFees), Is.EqualTo((850_000UL, 150_000UL)), "each unit once");
        Assert.That(report.Total.Earned, Is.LessThanOrEqualTo(1_000_000));
        ulong after = await _chain.BalanceAsync(_bench.Wallet.Address);
        Assert.That(
            after - before, tokens ? Is.EqualTo(850_000) : Is.InRange(850_000 - 100_000, 850_000), "fees aside");
    }

    /// <summary>A life: two shards, two vouchers, a settlement; ends where the process dies.</summary>
    /// <returns>The voucher that the payer was told to be held.</returns>
    private async Task<ulong> LiveAsync()
    {
        ulong held = 0;
        try
        {
            using PayerAccount account = await AcceptAsync();
            foreach ((ulong shard, ulong cumulative) in new[] { (1UL, 400_000UL), (2UL, 1_000_000UL) })
            {
                await WorkAsync(account, shard, (cumulative - held) / PerToken);
                await account.TakeAsync(Voucher(cumulative, shard), default);
                held = cumulative;
                await _earner.SettleAsync(dryRun: false, default).WaitAsync(Limit);
            }
        }
        catch (Exception died) when (died is JournalException or ApiException or AssertionException)
        {
            // That is what this is about.
        }

        return held;
    }

    private Earner NewEarner() => new(new EarnerGround
    {
        Self = _bench.Identity.Id,
        Chain = NodeEarning.ChainOf(
            _bench.Client, _bench.Desk, _bench.Escrows,
            new CommitteeClient(
                _chain.Program, _bench.Client.FactsAsync, _bench.Client.EscrowAsync,
                (_, _, _) => Task.FromResult(new ReleaseAnswer()))),
        Journal = EarningJournal.Of(_bench.Journal),
        StandingOf = _ => EarningBench.Newcomer,
        Options = new EarningOptions { Prices = Prices() },
        Time = _bench.Time,
        Log = NullLogger.Instance,
    });

    private async Task CloseAsync()
    {
        await _earner.DisposeAsync();
        await _bench.CloseAsync();
    }

    private static PriceList Prices() => new() { OutputPerMillionTokens = PerToken * 1_000_000 };

    private async Task OpenChannelAsync()
    {
        _key = new ChannelKey(
            _payerWallet.Address, _bench.Wallet.Address, _chain.Mint, new Address(_payer.PublicKey),
            ChannelSalt.New(_bench.Identity.Id, ++_salt), await _chain.Rpc.GetSlotAsync(default));
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(_payerWallet.Address, AddressOfChannel),
                ChannelInstructions.Open(_chain.Program, _key, Deposit, _chain.Now + 100_000),
            ],
            _payerWallet)).IsDone();
    }

    private Address AddressOfChannel => _key.Derive(_chain.Program).Address;

    private EarningChannelRecord? Kept() => _bench.Journal.EarningChannels.Find(AddressOfChannel.ToString());

    private Task<ChannelState?> StateAsync() => _bench.Client.ChannelAsync(AddressOfChannel, default);

    private ChannelReference Reference()
    {
        ChannelReference reference = EarningChannelTable.Reference(_key);
        reference.Genesis = ByteString.CopyFrom(
            _bench.Client.FactsAsync(default).AsTask().GetAwaiter().GetResult().Genesis.Span);
        reference.Program = ByteString.CopyFrom(_chain.Program.Span);
        return reference;
    }

    private async Task<PayerAccount> AcceptAsync()
    {
        DateTimeOffset now = _bench.Time.GetUtcNow();
        PriceList prices = Prices();
        prices.Mint = _chain.Mint == default ? ByteString.Empty : ByteString.CopyFrom(_chain.Mint.Span);
        var intent = new PaymentIntent
        {
            Id = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
            Payer = _payer.Id.ToByteString(),
            Payee = _bench.Identity.Id.ToByteString(),
            JobId = ByteString.CopyFrom(new byte[16]),
            Ceiling = 1_500_000,
            Mint = prices.Mint,
            IssuedUnixMs = now.ToUnixTimeMilliseconds(),
            ExpiresUnixMs = now.AddHours(1).ToUnixTimeMilliseconds(),
            Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)),
        };
        var offer = new Offer
        {
            JobId = ByteString.CopyFrom(new byte[16]),
            ModelRoot = ByteString.CopyFrom(EarningBench.Model.ToBytes()),
            Sampling = new Sampling { MaxTokens = 700 },
            Payment = new OfferPayment
            {
                IntentEnvelope = ByteString.CopyFrom(PaymentIntentEnvelope.Seal(_payer, intent)),
                Channel = Reference(),
                Prices = prices,
            },
        };
        EarnerAnswer answer = await _earner.AcceptAsync(offer, _payer.Id, default).WaitAsync(Limit);
        return answer is EarnerAnswer.Paid paid
            ? paid.Account
            : throw new AssertionException($"{(answer as EarnerAnswer.Refused)?.Decline}");
    }

    private static async Task WorkAsync(PayerAccount account, ulong shard, ulong tokens)
    {
        ShardPass pass = await account.EnterAsync(EarningBench.Shard(shard), default).WaitAsync(Limit);
        Assert.That(pass.Refusal, Is.Null);
        await account.EndedAsync(pass.Entry, EarningBench.Receipt(shard, tokens));
    }

    private Payment Voucher(ulong cumulative, ulong shard)
    {
        byte[] voucher = new Voucher(AddressOfChannel, cumulative, 0).Encode();
        return new Payment
        {
            Voucher = ByteString.CopyFrom(voucher), Signature = ByteString.CopyFrom(_payer.Sign(voucher)),
            ShardId = shard, Attempt = 1,
        };
    }

    private async Task<Transaction> ClosingAsync(ulong cumulative)
    {
        var voucher = new Voucher(AddressOfChannel, cumulative, 0);
        LatestBlockhash latest = await _chain.Rpc.GetLatestBlockhashAsync(default);
        return Transaction.Sign(
            Message.Compile(
                _payerWallet.Address, latest.Blockhash,
                [
                    ComputeBudget.SetUnitLimit(50_000),
                    Ed25519Program.Verify(
                        voucher.Encode(), new Ed25519Signature(_key.Signer, _payer.Sign(voucher.Encode()))),
                    ChannelInstructions.Settle(_chain.Program, _key, voucher, _chain.Config, 1),
                    ChannelInstructions.Close(_chain.Program, _key),
                ]),
            _payerWallet);
    }

    private async Task SendAsync(Transaction transaction)
    {
        var config = new JsonObject { ["encoding"] = "base64", ["skipPreflight"] = true };
        await _chain.Rpc.CallAsync(
            "sendTransaction", [Convert.ToBase64String(transaction.Serialize()), config], default);
        var meta = (await _chain.Rpc.CallAsync("getTransaction", [transaction.Id], default)).GetProperty("meta");
        Assert.That(meta.GetProperty("err").GetRawText(), Is.EqualTo("null"));
    }

    /// <summary>The report once the watcher has looked: a request of the owner makes it look now.</summary>
    private async Task<EarningsReport> WatchedAsync(Func<EarningsReport, bool> isSo)
    {
        await _earner.SettleAsync(dryRun: false, default).WaitAsync(Limit);
        EarningsReport report = await _earner.ReportAsync(EarningsGrouping.Day, default, default);
        Assert.That(isSo(report), Is.True);
        return report;
    }
}
