using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Payments.Spending;
using Infernet.Libp2p.Hosting;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>
/// The process dies before or after each of its commits, while it opens an escrow and pays two shards by it. The next one
/// goes on over the same file: never two escrows for one intent, and what was deposited comes back.
/// </summary>
[TestFixture]
public sealed class EscrowFaultTests
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
    public async Task Death_AtAnyCommit_OpensOneEscrowForAnIntentAndLosesNone(
        [Range(1, 9)] int commit, [Values] bool committed)
    {
        await _bench.CloseAsync();
        bool dead = false;
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
            await WorkAsync().WaitAsync(Limit);
        }
        catch (Exception) when (dead)
        {
            // Whatever it says: it is dead.
        }

        await _bench.CloseAsync();
        dead = false;
        _bench.Open();
        await _bench.Desk.ResumeAsync(default).WaitAsync(Limit);
        await using (Payer payer = NewPayer())
        {
            await payer.LookAsync(default).WaitAsync(Limit);
        }

        await WorkAsync().WaitAsync(Limit);

        // Each escrow on the chain is one of the journal, and the job goes on with the one that was there.
        PayChannel[] live = [.. _bench.Journal.Pay.Channels().Where(c => c.IsLive)];
        string[] there = [.. (await EscrowsAsync()).Select(a => $"{a}").Order()];
        Assert.That(there, Is.EqualTo(live.Select(c => $"{c.Address}").Order()), "what the chain has, the journal knows");
        Assert.That(live, Has.Length.EqualTo(1), "a second one is for nothing while the first has room");
        Assert.That(live[0].Signed, Is.EqualTo(2 * Amount));
        Assert.That(_bench.Journal.Pay.Shares(1).Single().Paid, Is.EqualTo(2 * Amount));

        await _chain.AdvanceAsync((long)new PayingOptions().EscrowTerm.TotalSeconds);
        ulong before = await _chain.BalanceAsync(_bench.Wallet.Address);
        await using (Payer payer = NewPayer())
        {
            await payer.LookAsync(default).WaitAsync(Limit);
        }

        Assert.That(await EscrowsAsync(), Is.Empty);
        Assert.That(await _chain.BalanceAsync(_bench.Wallet.Address), Is.GreaterThan(before + Ceiling - 20_000));
    }

    [Test]
    public async Task Escrow_OfOneJob_IsFoundByNoOtherAndByNoChannel()
    {
        await using Payer payer = NewPayer();
        await using PaymentAccount first = await payer.OpenAsync(Request(1, new byte[16]), default).WaitAsync(Limit);
        byte[] other = [.. Enumerable.Repeat((byte)7, 16)];
        await using PaymentAccount second = await payer.OpenAsync(Request(2, other), default).WaitAsync(Limit);
        await using PaymentAccount channel = await payer.OpenAsync(
            Request(3, new byte[16]) with { ByEscrow = false, Ceiling = 1 }, default).WaitAsync(Limit);

        Assert.That(first.Channel, Is.Not.EqualTo(second.Channel));
        Assert.That((first.Terms.Channel, first.Terms.Escrow is not null), Is.EqualTo(((ChannelReference?)null, true)));
        Assert.That((channel.Terms.Escrow, channel.Terms.Channel is not null), Is.EqualTo(((EscrowReference?)null, true)));
        Assert.That(payer.Channels().Single().Address, Is.EqualTo($"{channel.Channel}"));
        Assert.That(payer.EscrowRoom(_peer, _payee, other), Is.Zero, "all of it is set aside");
        PaymentException none = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.CloseChannelAsync($"{first.Channel}", default)))!;
        Assert.That(none.Code, Is.EqualTo(PaymentCodes.ChannelUnknown));
    }

    [Test]
    public async Task Escrow_AboveTheDaysCap_IsNotOpened()
    {
        await using Payer payer = NewPayer();
        PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
            () => payer.OpenAsync(Request(1, new byte[16]) with { Ceiling = PaymentBench.Cap }, default)))!;

        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.SpendingCap));
        Assert.That(payer.Escrows().Single().State, Is.EqualTo(PayChannelState.Failed));
        Assert.That(await EscrowsAsync(), Is.Empty);
    }

    [Test]
    public async Task Escrow_ThatWasWronglySaidToBeGone_ComesBackAfterItsTime()
    {
        await using (Payer first = NewPayer())
        {
            await (await first.OpenAsync(Request(1, new byte[16]), default).WaitAsync(Limit)).DisposeAsync();
        }

        PayChannel escrow = _bench.Journal.Pay.Channels().Single();
        await _bench.Journal.Pay.UpdateAsync(escrow with { State = PayChannelState.Closed }, default);
        await using Payer payer = NewPayer();
        await payer.LookAsync(default).WaitAsync(Limit);
        Assert.That(payer.Escrows().Single().State, Is.EqualTo(PayChannelState.Open));

        await _chain.AdvanceAsync((long)new PayingOptions().EscrowTerm.TotalSeconds);
        await payer.LookAsync(default).WaitAsync(Limit);
        Assert.That(await EscrowsAsync(), Is.Empty);
    }

    [Test]
    public async Task Account_WhoseEscrowEndsSoon_BeginsNothingNew()
    {
        await using Payer payer = NewPayer();
        await using PaymentAccount account = await payer.OpenAsync(Request(1, new byte[16]), default).WaitAsync(Limit);
        Assert.That(account.IsEnding, Is.False);
        await _chain.AdvanceAsync(22 * 3_600);
        Assert.That(account.IsEnding, Is.True);
    }

    // An account and two shards, however far an earlier process came.
    private async Task WorkAsync()
    {
        await using Payer payer = NewPayer();
        PayChannel? debt = payer.Escrows().FirstOrDefault(e => e.IsLive);
        ulong ceiling = debt is null ? Ceiling : Ceiling - debt.Signed;
        await using PaymentAccount account = await payer.OpenAsync(Request(1, new byte[16]) with { Ceiling = ceiling }, default);
        await account.PayAsync(1, 1, Amount, default);
        await account.PayAsync(2, 1, Amount, default);
    }

    private async Task<IEnumerable<Address>> EscrowsAsync() => (await _chain.Rpc.GetProgramAccountsAsync(
        _chain.Program, EscrowState.Length, 8, _bench.Wallet.Address, .., default)).Select(a => a.Address);

    private Payer NewPayer() => new(
        _bench.Identity, _bench.Client, _bench.Desk, _bench.Spending, new GuardedVoucherSigner(_bench.Identity),
        new PayClient(_host, _bench.Time), _bench.Escrows, _bench.Journal.Pay, new PayingOptions { ChannelDeposit = 1_000 },
        _bench.Time, NullLoggerFactory.Instance);

    private PaymentRequest Request(long job, byte[] jobId) =>
        new(_peer, _payee, Prices, job, jobId, Ceiling) { ByEscrow = true };
}
