using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Rpc;

/// <summary>
/// Payments to the real ledger whose notifications are lost, forged or garbled on the way: what the WebSocket says
/// decides nothing, each payment is made once, and that it says nothing is said.
/// </summary>
public class HostileSocketTests
{
    private const ulong Sol = 1_000_000_000;
    private const int Seed = 20260121;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly SolanaKey _payer = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)13, 32)]);
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
    public async Task Send_WhateverTheSocketSays_PaysOnce([Values] SocketFault fault)
    {
        await using var socket = new HostileSocket(_ledger.WebSocket, () => fault);
        using var link = new HostileLink(_ledger.Http, _ => HostileLink.Fault.None);
        Address payee = NewPayee();
        await PayAsync(new TransactionSender(Client(link, socket)), payee);
        Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol));
    }

    // The first broadcasts are lost while the socket says that all is well, or that all has failed.
    [TestCase(SocketFault.SaysConfirmed)]
    [TestCase(SocketFault.SaysFailed)]
    public async Task Send_LostWhileTheSocketLies_GoesOutAgain(SocketFault fault)
    {
        int sent = 0;
        await using var socket = new HostileSocket(_ledger.WebSocket, () => fault);
        using var link = new HostileLink(
            _ledger.Http,
            r => r.Method == "sendTransaction" && ++sent < 5 ? HostileLink.Fault.Lost : HostileLink.Fault.None);
        Address payee = NewPayee();
        await PayAsync(new TransactionSender(Client(link, socket)), payee);
        Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol));
        Assert.That(sent, Is.GreaterThanOrEqualTo(5));
    }

    [Test]
    public async Task Send_RandomSocketsAndLinks_EachPaymentIsMadeOnce()
    {
        var random = new Random(Seed);
        await using var socket = new HostileSocket(_ledger.WebSocket, () => (SocketFault)random.Next(8));
        using var link = new HostileLink(_ledger.Http, r => (r.Method, random.Next(6)) switch
        {
            (_, 0) => HostileLink.Fault.AnswerLost,
            (_, 1) => HostileLink.Fault.Lost,
            (_, 2) => HostileLink.Fault.Repeated,
            _ => HostileLink.Fault.None,
        });
        var sender = new TransactionSender(Client(link, socket));
        foreach (Address payee in Enumerable.Range(0, 24).Select(_ => NewPayee()).ToArray())
        {
            await PayAsync(sender, payee);
            Assert.That(await _ledger.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(Sol), $"seed {Seed}");
        }
    }

    [TestCase(SocketFault.Refused, "403")]
    [TestCase(SocketFault.Closed, "closed the connection")]
    [TestCase(SocketFault.TooLong, "said more")]
    [TestCase(SocketFault.Dropped, "silent about the last 10")]
    public async Task Silence_OfASocketThatTellsNothing_IsSaidUntilItTellsAgain(SocketFault fault, string reason)
    {
        int sent = 0;
        await using var socket = new HostileSocket(_ledger.WebSocket, () => fault);
        // Some broadcasts of each payment are lost, so that there is time to be told.
        using var link = new HostileLink(
            _ledger.Http,
            r => r.Method == "sendTransaction" && ++sent % 4 != 0 ? HostileLink.Fault.Lost : HostileLink.Fault.None);
        var sender = new TransactionSender(Client(link, socket));
        Assert.That(sender.Silence, Is.Null);
        await PayUntilAsync(sender, () => sender.Silence is not null);
        Assert.That(sender.Silence, Does.Contain(reason));
        fault = SocketFault.SaysConfirmed;
        await PayUntilAsync(sender, () => sender.Silence is null);
    }

    private Address NewPayee() => SolanaKey.FromSeed([.. Enumerable.Repeat((byte)14, 31), _people++]).Address;

    private async Task PayAsync(TransactionSender sender, Address payee)
    {
        LatestBlockhash latest = await _ledger.Rpc.GetLatestBlockhashAsync(default);
        var transaction = Transaction.Sign(
            Message.Compile(_payer.Address, latest.Blockhash, [SystemProgram.Transfer(_payer.Address, payee, Sol)]), _payer);
        SendResult sent = await sender.ResumeAsync(transaction, latest.LastValidBlockHeight, default).WaitAsync(Limit);
        Assert.That(sent.Outcome, Is.EqualTo(SendOutcome.Done), $"{sent.Error}");
    }

    private async Task PayUntilAsync(TransactionSender sender, Func<bool> holds)
    {
        for (int payment = 0; payment < 12 && !holds(); payment++)
        {
            await PayAsync(sender, NewPayee());
        }

        Assert.That(holds(), $"after a dozen payments: {sender.Silence}");
    }

    private static SolanaRpc Client(HostileLink link, HostileSocket socket) => new(
        new HttpClient(link),
        new RpcOptions
        {
            Endpoints = [new Uri("http://node0.test/")],
            WebSocket = socket.Address,
            MaxAttempts = 50,
            FirstBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(2),
            PollInterval = TimeSpan.FromMilliseconds(20),
            RebroadcastInterval = TimeSpan.FromMilliseconds(20),
            RequestsPerSecond = 100_000,
        },
        TimeProvider.System,
        new Random(1));
}
