using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;
using Fault = Infernet.Solana.Tests.Rpc.HostileLink.Fault;

namespace Infernet.Solana.Tests.Rpc;

/// <summary>
/// Payments to the real ledger over links that lose, repeat, hold back and lie: each is made once or not at all, and
/// what the client says of it is true.
/// </summary>
public class HostileClusterTests
{
    private const ulong Sol = 1_000_000_000;
    private const int Seed = 20260109;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Fault[] Disturbances =
        [Fault.None, Fault.None, Fault.Lost, Fault.AnswerLost, Fault.Repeated, Fault.Busy, Fault.Garbage];

    private readonly SolanaKey _payer = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)11, 32)]);
    private Ledger _ledger = null!;
    private byte _people;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _ledger = await Ledger.StartAsync("--manual-clock");
        await _ledger.Rpc.RequestAirdropAsync(_payer.Address, 1000 * Sol, default);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _ledger.DisposeAsync();

    [Test]
    public async Task Send_RandomDisturbances_EachPaymentIsMadeOnce()
    {
        var random = new Random(Seed);
        using var link = new HostileLink(_ledger.Http, _ => Disturbances[random.Next(Disturbances.Length)]);
        SolanaRpc rpc = Client(link, endpoints: 2);
        Address[] payees = [.. Enumerable.Range(0, 30).Select(_ => NewPayee())];
        foreach (Address payee in payees)
        {
            SendResult sent = await SendAsync(rpc, await SignAsync(payee));
            Assert.That(sent.Outcome, Is.EqualTo(SendOutcome.Done), $"seed {Seed}: {sent.Error}");
            Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol), $"seed {Seed}");
        }
    }

    [Test]
    public async Task Send_ArrivesOnlyAfterItExpired_IsNotMade()
    {
        using var link = new HostileLink(_ledger.Http, r => r.Method == "sendTransaction" ? Fault.Held : Fault.None);
        Address payee = NewPayee();
        Signed late = await SignAsync(payee);
        await _ledger.AdvanceAsync(0, slots: 151);
        SendResult sent = await new TransactionSender(Client(link, endpoints: 1))
            .ResumeAsync(late.Transaction, late.LastHeight, default).WaitAsync(Limit);
        Assert.That(sent.Outcome, Is.EqualTo(SendOutcome.Expired));

        // It is paid anew, and what was held back comes after all.
        Assert.That((await SendAsync(_ledger.Rpc, await SignAsync(payee))).Outcome, Is.EqualTo(SendOutcome.Done));
        await link.DeliverAsync();
        Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol));
    }

    [Test]
    public async Task Send_FirstEndpointIsOnAnotherFork_GoesByTheSecond()
    {
        using var link = new HostileLink(
            _ledger.Http, r => r is { Endpoint: "node0.test", Method: "sendTransaction" } ? Fault.OtherFork : Fault.None);
        Address payee = NewPayee();
        Assert.That((await SendAsync(Client(link, endpoints: 2), await SignAsync(payee))).Outcome, Is.EqualTo(SendOutcome.Done));
        Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol));
    }

    [Test]
    public async Task Send_NobodyKnowsTheBlockhash_FailsBeforeAnythingIsSent()
    {
        Address payee = NewPayee();
        Signed unknown = await SignAsync(payee, blockhash: _payer.Address);
        Assert.That(async () => await SendAsync(_ledger.Rpc, unknown), Throws.TypeOf<RpcException>().With.Message.Contains("Blockhash not found"));
        Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.Zero);
    }

    // It is in the chain, one endpoint denies it, and says that its chain is far past the last height.
    [Test]
    public async Task Send_OneEndpointDenies_IsNotTakenForExpired()
    {
        using var link = new HostileLink(
            _ledger.Http,
            r => r is { Endpoint: "node0.test", Method: "getSignatureStatuses" or "getBlockHeight" } ? Fault.Denies : Fault.None);
        Address payee = NewPayee();
        Assert.That((await SendAsync(Client(link, endpoints: 2), await SignAsync(payee))).Outcome, Is.EqualTo(SendOutcome.Done));
    }

    // "Confirmed" is an endpoint's word, and a fork may undo it: the very same bytes can go out again, and pay once.
    [Test]
    public async Task Resume_WhatWasConfirmedIsGone_PaysOnce()
    {
        bool lies = true;
        using var link = new HostileLink(_ledger.Http, r => (r.Method, lies) switch
        {
            ("sendTransaction", true) => Fault.Lost,
            ("getSignatureStatuses", true) => Fault.SaysConfirmed,
            _ => Fault.None,
        });
        SolanaRpc rpc = Client(link, endpoints: 1);
        Address payee = NewPayee();
        Signed signed = await SignAsync(payee);
        Assert.That((await SendAsync(rpc, signed)).Outcome, Is.EqualTo(SendOutcome.Done));
        Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.Zero);
        lies = false;
        for (int i = 0; i < 2; i++)
        {
            SendResult again = await new TransactionSender(rpc).ResumeAsync(signed.Transaction, signed.LastHeight, default);
            Assert.That(again.Outcome, Is.EqualTo(SendOutcome.Done));
            Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol));
        }
    }

    [Test]
    public async Task Send_WaitsForFinality_IsNotFooledByConfirmed()
    {
        using var link = new HostileLink(_ledger.Http, r => r.Method switch
        {
            "sendTransaction" => Fault.Lost,
            "getSignatureStatuses" => Fault.SaysConfirmed,
            _ => Fault.None,
        });
        using var stop = new CancellationTokenSource();
        Signed signed = await SignAsync(NewPayee());
        Task<SendResult> sending = new TransactionSender(Client(link, endpoints: 1, Commitment.Finalized))
            .ResumeAsync(signed.Transaction, signed.LastHeight, stop.Token);
        await _ledger.AdvanceAsync(0, slots: 200);
        await stop.CancelAsync();
        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
    }

    private Address NewPayee() => SolanaKey.FromSeed([.. Enumerable.Repeat((byte)12, 31), _people++]).Address;

    private async Task<Signed> SignAsync(Address payee, Address? blockhash = null)
    {
        LatestBlockhash latest = await _ledger.Rpc.GetLatestBlockhashAsync(default);
        var transaction = Transaction.Sign(
            Message.Compile(
                _payer.Address, blockhash ?? latest.Blockhash, [SystemProgram.Transfer(_payer.Address, payee, Sol)]), _payer);
        return new Signed(transaction, latest.LastValidBlockHeight);
    }

    private static Task<SendResult> SendAsync(SolanaRpc rpc, Signed signed) =>
        new TransactionSender(rpc).SendAsync(signed.Transaction, signed.LastHeight, default).WaitAsync(Limit);

    private static SolanaRpc Client(HostileLink link, int endpoints, Commitment commitment = Commitment.Confirmed) => new(
        new HttpClient(link),
        new RpcOptions
        {
            Endpoints = [.. Enumerable.Range(0, endpoints).Select(i => new Uri($"http://node{i}.test/"))],
            Commitment = commitment,
            MaxAttempts = 50,
            FirstBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(2),
            PollInterval = TimeSpan.FromMilliseconds(1),
            RebroadcastInterval = TimeSpan.FromMilliseconds(1),
            RequestsPerSecond = 100_000,
        },
        TimeProvider.System,
        new Random(1));

    private sealed record Signed(Transaction Transaction, ulong LastHeight);
}
