using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Payments.Spending;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>
/// The process dies before or after each of its commits, while it opens a channel, pays three shards and tops up. The
/// next one goes on over the same file: never two deposits for one, never two vouchers of one sum for different work.
/// </summary>
[TestFixture]
public sealed class PayerFaultTests
{
    private const ulong Ceiling = 1_000_000;
    private const ulong Amount = 300_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly Prices Prices = new() { InputPerMillionTokens = 1_000_000 };

    private SettlementChain _chain = null!;
    private PaymentBench _bench = null!;
    private Libp2pHost _host = null!;
    private Address _payee;
    private readonly PeerId _peer = NodeIdentity.Generate().Id;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(tokens: false);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public async Task SetUp()
    {
        _bench = await PaymentBench.StartAsync(_chain, o => o with { FailureAge = TimeSpan.Zero, MaxAttempts = 1 });
        _host = await Libp2pHost.StartAsync(
            _bench.Identity, new HostOptions { ListenAddresses = [] }, NullLoggerFactory.Instance, default);
        _payee = (await _chain.NewPersonAsync()).Address;
    }

    [TearDown]
    public async Task TearDown()
    {
        await _host.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Test]
    public async Task Death_AtAnyCommit_LosesNoDepositAndPaysEachShardOnce(
        [Range(1, 10)] int commit, [Values] bool committed)
    {
        await _bench.CloseAsync();
        bool dead = false;
        var signed = new List<Payment>();
        _bench.Open((number, done) =>
        {
            if (dead |= number == commit && done == committed)
            {
                throw new JournalException("The process is dead");
            }
        });
        _bench.Wire.Rule = (_, _, through) => dead ? throw new HttpRequestException("dead") : through();
        try
        {
            await WorkAsync(signed).WaitAsync(Limit);
        }
        catch (Exception) when (dead)
        {
            // Whatever it says: it is dead.
        }

        await _bench.CloseAsync();
        dead = false;
        _bench.Open();
        await _bench.Desk.ResumeAsync(default).WaitAsync(Limit);
        await WorkAsync(signed).WaitAsync(Limit);

        // What is paid is paid once, and no sum was signed for before it was in the journal.
        PayChannel channel = _bench.Journal.Pay.Channels().Single(c => c.State == PayChannelState.Open);
        Assert.That(channel.Signed, Is.EqualTo(3 * Amount));
        Assert.That(_bench.Journal.Pay.Shares(1).Single().Paid, Is.EqualTo(3 * Amount));
        Assert.That(signed.Select(CumulativeOf).Distinct(), Is.SubsetOf(new[] { Amount, 2 * Amount, 3 * Amount }));
        Assert.That(
            signed.GroupBy(CumulativeOf).Select(g => g.Select(p => (p.Voucher, p.Signature)).Distinct().Count()),
            Is.All.EqualTo(1), "one sum, one voucher");

        // The chain is the witness of the deposits.
        ChannelState state = (await _bench.Client.ChannelAsync(channel.Address, default))!;
        Assert.That(state.Deposit, Is.EqualTo(channel.Deposit));
        Assert.That(
            (await _chain.Rpc.GetProgramAccountsAsync(
                _chain.Program, ChannelState.Length, 8, _bench.Wallet.Address, .., default)).Count,
            Is.EqualTo(1));
    }

    [Test]
    public async Task Accounts_WantedAtOnce_ShareOneChannel()
    {
        await using Payer payer = NewPayer();
        PaymentAccount[] accounts = await Task.WhenAll(Enumerable.Range(1, 4).Select(
            i => payer.OpenAsync(Request(i), default))).WaitAsync(Limit);

        Assert.That(payer.Channels(), Has.Count.EqualTo(1));
        Assert.That(payer.Channels()[0].Reserved, Is.EqualTo(4 * Ceiling));
        Assert.That(payer.Channels()[0].Deposit, Is.GreaterThanOrEqualTo(4 * Ceiling));
        foreach (PaymentAccount account in accounts)
        {
            await account.DisposeAsync();
        }

        Assert.That(payer.Channels()[0].Reserved, Is.Zero);
    }

    [Test]
    public async Task Channel_ThatWasWronglySaidToBeClosed_IsEndedAgain()
    {
        await using (Payer first = NewPayer())
        {
            await first.OpenChannelAsync(_peer, _payee, Ceiling, default).WaitAsync(Limit);
        }

        PayChannel open = _bench.Journal.Pay.Channels().Single();
        await _bench.Journal.Pay.UpdateAsync(open with { State = PayChannelState.Closed }, default);

        await using Payer payer = NewPayer();
        await payer.LookAsync(default).WaitAsync(Limit);

        Assert.That(payer.Channels().Single().State, Is.EqualTo(PayChannelState.Closing), "its deposit is still there");
    }

    // Asked about it, this cluster says that there is none: a deposit that lies elsewhere must not be forgotten for that.
    [TestCase(PayChannelState.Opening)]
    [TestCase(PayChannelState.Closing)]
    public async Task Channel_OfAnotherCluster_IsLeftAsItIs(string state)
    {
        PayChannel elsewhere = Channels.Open() with { State = state, Genesis = Channels.Named("another cluster") };
        await _bench.Journal.Pay.AddAsync(elsewhere, default);
        await using Payer payer = NewPayer();

        await payer.LookAsync(default).WaitAsync(Limit);
        PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.CloseChannelAsync($"{elsewhere.Address}", default)))!;

        Assert.That(payer.Channels().Single().State, Is.EqualTo(state));
        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.WrongCluster));
    }

    [Test]
    public async Task Channel_ThatIsTooYoungToBeClosedByBoth_StaysOpenAndSaysHowLong()
    {
        await using Payer payer = NewPayer();
        ChannelView channel = await payer.OpenChannelAsync(_peer, _payee, Ceiling, default).WaitAsync(Limit);

        PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.CloseChannelAsync(channel.Address, default)))!;

        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.ChannelState));
        Assert.That(refused.Message, Does.Match(@"in \d+ slots, that is \d+ s").And.Contain("Nothing was spent"));
        Assert.That(payer.Channels().Single().State, Is.EqualTo(PayChannelState.Open));
        Assert.That(
            (await _bench.Client.ChannelAsync(Address.Parse(channel.Address), default))!.ReclaimAt, Is.Zero);
    }

    // A debt that takes what a top-up was meant for, while that is on its way: it once broke the job.
    [Test]
    public async Task Account_WhoseRoomIsTakenDuringItsTopUp_IsToppedUpAgain()
    {
        await using Payer payer = NewPayer();
        ChannelView channel = await payer.OpenChannelAsync(_peer, _payee, Ceiling, default).WaitAsync(Limit);
        PaymentAccount? debt = null;
        _bench.Wire.Rule = (method, _, through) =>
        {
            if (method == "sendTransaction")
            {
                debt ??= payer.OpenDebt(Request(2), Address.Parse(channel.Address));
            }

            return through();
        };

        await using PaymentAccount account = await payer.OpenAsync(
            Request(1) with { Ceiling = Ceiling * 3 / 2 }, default).WaitAsync(Limit);

        Assert.That(debt?.Left, Is.EqualTo(Ceiling));
        Assert.That(payer.Channels().Single().Reserved, Is.EqualTo(Ceiling * 5 / 2));
        Assert.That(payer.Channels().Single().Deposit, Is.GreaterThanOrEqualTo(Ceiling * 5 / 2));
        await debt!.DisposeAsync();
    }

    // Its answer has the right length and no more: that once ended the watcher for good.
    [Test]
    public async Task Provider_ThatSignsNonsenseForTheEnd_IsDoneWithout()
    {
        var nobody = NodeIdentity.Generate();
        await using Libp2pHost provider = await Libp2pHost.StartAsync(
            nobody, new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
            NullLoggerFactory.Instance, default);
        provider.Handle(PayProtocol.Id, async (stream, token) =>
        {
            await LengthPrefixed.WriteAsync(
                stream.Output, new PaymentAnswer { Signature = ByteString.CopyFrom(new byte[64]) }, token);
            await stream.CloseWriteAsync(token);
        });
        await _host.ConnectAsync(provider.ListenAddresses[0].WithPeer(provider.Id), default);
        await using Payer payer = NewPayer();
        ChannelView channel = await payer.OpenChannelAsync(nobody.Id, _payee, Ceiling, default).WaitAsync(Limit);
        await _chain.AdvanceAsync(60, 200);

        ChannelView closing = await payer.CloseChannelAsync(channel.Address, default).WaitAsync(Limit);

        Assert.That(closing.State, Is.EqualTo(PayChannelState.Closing));
        Assert.That(closing.Note, Does.Contain("does not sign for the end").And.Contain("does not fit"));
        Assert.That(closing.ReclaimAt, Is.Not.Null);
    }

    [TestCase("11111111111111111111111111111111", "reserved")]
    [TestCase("SysvarRent111111111111111111111111111111111", "reserved")]
    [TestCase("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "program")]
    public async Task Channel_ToNobodysWallet_IsRefusedBeforeAnythingIsSpent(string payee, string whose)
    {
        await using Payer payer = NewPayer();

        PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.OpenChannelAsync(_peer, Address.Parse(payee), Ceiling, default)))!;

        Assert.That(refused.Message, Does.Contain(payee).And.Contain(whose).And.Contain("Nothing was spent"));
        Assert.That(payer.Channels(), Is.Empty);
        Assert.That(_bench.Locked, Is.Zero);
    }

    [Test]
    public async Task Channel_ToAnAccountOfAProgram_IsRefused()
    {
        await using Payer payer = NewPayer();
        Address account = NodeState.Derive(_chain.Program, _payee).Address;

        PaymentException derived = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.OpenChannelAsync(_peer, account, Ceiling, default)))!;
        PaymentException program = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.OpenChannelAsync(_peer, _chain.Program, Ceiling, default)))!;

        Assert.That(derived.Message, Does.Contain("no key for it"));
        Assert.That(program.Message, Does.Contain("settlement program itself"));
    }

    [Test]
    public async Task Account_ThatIsAskedForMoreThanIsLeft_PaysNothing()
    {
        await using Payer payer = NewPayer();
        await using PaymentAccount account = await payer.OpenAsync(Request(1), default).WaitAsync(Limit);
        await account.PayAsync(1, 1, Ceiling - 1, default);

        PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
            () => account.PayAsync(2, 1, 2, default)))!;

        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.ChannelState));
        Assert.That((account.Paid, account.Left), Is.EqualTo((Ceiling - 1, 1ul)));
        Assert.That(payer.Channels()[0].Promised, Is.EqualTo(Ceiling - 1));
    }

    [Test]
    public async Task Shard_ThatIsPaidAgain_GetsTheVoucherAsItIs()
    {
        await using Payer payer = NewPayer();
        await using PaymentAccount account = await payer.OpenAsync(Request(1), default).WaitAsync(Limit);
        Payment first = (await account.PayAsync(1, 1, 10, default))!;
        await account.PayAsync(2, 1, 5, default);

        Payment again = (await account.PayAsync(1, 1, 10, default))!;

        Assert.That((CumulativeOf(first), CumulativeOf(again)), Is.EqualTo((10ul, 15ul)));
        Assert.That(account.Paid, Is.EqualTo(15));
        Assert.That(await account.PayAsync(3, 1, 0, default), Is.Not.Null, "nothing is owed, and the last one stands");
    }

    // An account, two shards, and a second account that has to be topped up for.
    private async Task WorkAsync(List<Payment> signed)
    {
        await using Payer payer = NewPayer();
        await using (PaymentAccount first = await payer.OpenAsync(Request(1), default))
        {
            signed.Add((await first.PayAsync(1, 1, Amount, default))!);
            signed.Add((await first.PayAsync(2, 1, Amount, default))!);
        }

        await using PaymentAccount second = await payer.OpenAsync(Request(1), default);
        signed.Add((await second.PayAsync(3, 1, Amount, default))!);
    }

    private Payer NewPayer() => new(
        _bench.Identity, _bench.Client, _bench.Desk, _bench.Spending, new GuardedVoucherSigner(_bench.Identity),
        new PayClient(_host, _bench.Time), _bench.Escrows, _bench.Journal.Pay, new PayingOptions { ChannelDeposit = Ceiling }, _bench.Time,
        NullLoggerFactory.Instance);

    private PaymentRequest Request(long job) => new(_peer, _payee, Prices, job, new byte[16], Ceiling);

    private static ulong CumulativeOf(Payment payment) =>
        Voucher.TryDecode(payment.Voucher.Span, out Voucher voucher)
            ? voucher.Cumulative
            : throw new AssertionException("It is no voucher.");
}
