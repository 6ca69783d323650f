using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Earning;
using Infernet.Libp2p.Hosting;
using Infernet.Solana.Settlement;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>/infernet/pay/1 over real streams: honest, flooding, silent and oversized payers.</summary>
[TestFixture]
public sealed class PayServiceTests
{
    // Enough for a test that asks again and again until two streams have been seen.
    private const int MostMessages = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private EarningBench _bench = null!;
    private Libp2pHost _payee = null!;
    private Libp2pHost _payer = null!;
    private PayClient _client = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new EarningBench(o => o with { MessagesPerMinute = MostMessages, MaxStreamsPerPeer = 2, StrangerMessagesPerMinute = 2 });
        _payee = await StartAsync(_bench.Self);
        _payer = await StartAsync(_bench.Payer);
        _payee.Handle(PayProtocol.Id, _bench.Earner.ServeAsync);
        await _payer.ConnectAsync(_payee.ListenAddresses[0].WithPeer(_payee.Id), default);
        _client = new PayClient(_payer, TimeProvider.System);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _bench.DisposeAsync();
        await _payer.DisposeAsync();
        await _payee.DisposeAsync();
    }

    [Test]
    public async Task Voucher_ThatIsBrought_IsHeld()
    {
        ChannelState channel = _bench.OpenChannel();
        (await _bench.AccountAsync(channel)).Dispose();

        PaymentAnswer answer = await _client.DeliverAsync(_payee.Id, _bench.Voucher(channel, 123), default)
            .WaitAsync(Patience);

        Assert.That((answer.Held, answer.Problem), Is.EqualTo((123UL, "")));
    }

    [Test]
    public async Task Strangers_ThatFlood_KeepNoVoucherOut()
    {
        ChannelState channel = _bench.OpenChannel();
        (await _bench.AccountAsync(channel)).Dispose();
        await using Libp2pHost stranger = await StartAsync(NodeIdentity.Generate());
        await stranger.ConnectAsync(_payee.ListenAddresses[0].WithPeer(_payee.Id), default);
        var client = new PayClient(stranger, TimeProvider.System);
        for (int i = 0; i < 2; i++)
        {
            _ = await client.DeliverAsync(_payee.Id, new Payment(), default).WaitAsync(Patience);
        }

        PaymentAnswer refused = await client.DeliverAsync(_payee.Id, new Payment(), default).WaitAsync(Patience);
        Assert.That(refused.Problem, Does.Contain("try again in a minute"));
        Assert.That(
            (await _client.DeliverAsync(_payee.Id, _bench.Voucher(channel, 123), default).WaitAsync(Patience)).Held,
            Is.EqualTo(123UL));
    }

    [Test]
    public async Task Payer_ThatFloods_IsToldToWait()
    {
        (await _bench.AccountAsync(_bench.OpenChannel())).Dispose();
        int heard = 0;
        PaymentAnswer answer;
        using var limit = new CancellationTokenSource(Patience);
        do
        {
            answer = await _client.DeliverAsync(_payee.Id, new Payment(), default).WaitAsync(Patience);
            // A stream may still be there for a moment after its answer came.
            heard += answer.Problem.Contains("are open already") ? 0 : 1;
            limit.Token.ThrowIfCancellationRequested();
        }
        while (!answer.Problem.Contains("try again in a minute"));

        // A few more than that, since the minute goes on meanwhile.
        Assert.That(heard, Is.InRange(MostMessages + 1, 2 * MostMessages));
    }

    [Test]
    public async Task Payer_ThatOpensStreamsAndIsSilent_HoldsUpItselfOnly()
    {
        (await _bench.AccountAsync(_bench.OpenChannel())).Dispose();
        await using PeerStream first = await _payer.OpenStreamAsync(_payee.Id, PayProtocol.Id, default);
        await using PeerStream second = await _payer.OpenStreamAsync(_payee.Id, PayProtocol.Id, default);
        await first.Output.WriteAsync(new byte[] { 100 });
        await second.Output.WriteAsync(new byte[] { 100 });
        PaymentAnswer? refused = null;
        using var limit = new CancellationTokenSource(Patience);
        while (refused?.Problem.Contains("streams of this peer") is not true)
        {
            // Until both silent ones have been seen.
            limit.Token.ThrowIfCancellationRequested();
            refused = await _client.DeliverAsync(_payee.Id, new Payment(), default).WaitAsync(Patience);
            Assert.That(refused.Problem, Does.Not.Contain("try again in a minute"));
        }
    }

    [Test]
    public async Task Message_ThatIsTooLarge_EndsItsStream()
    {
        var close = new CloseChannel { Transaction = Google.Protobuf.ByteString.CopyFrom(new byte[4_000]) };

        await Assert.ThatAsync(
            () => _client.CloseAsync(_payee.Id, close, default).WaitAsync(Patience), Throws.InstanceOf<IOException>());
    }

    private static Task<Libp2pHost> StartAsync(NodeIdentity identity) => Libp2pHost.StartAsync(
        identity, new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
        NullLoggerFactory.Instance, CancellationToken.None);
}
