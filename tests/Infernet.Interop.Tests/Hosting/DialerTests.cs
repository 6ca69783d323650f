using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Interop.Tests.Peers;
using Infernet.Interop.Tests.Streams;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Perf;

namespace Infernet.Interop.Tests.Hosting;

/// <summary>Our host dials a js-libp2p node.</summary>
[TestFixture]
public sealed class DialerTests
{
    private JsPeer _js = null!;
    private Libp2pHost _host = null!;
    private CancellationTokenSource _timeout = null!;

    private CancellationToken Token => _timeout.Token;

    [OneTimeSetUp]
    public async Task StartPeer() => _js = await JsPeer.StartAsync();

    [OneTimeTearDown]
    public async Task StopPeer()
    {
        if (_js is not null)
        {
            await _js.DisposeAsync();
        }
    }

    [SetUp]
    public async Task StartHost()
    {
        _timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _host = await TestHost.StartAsync(listen: false);
    }

    [TearDown]
    public async Task StopHost()
    {
        await _host.DisposeAsync();
        _timeout.Dispose();
    }

    [Test]
    public void Connect_AddressNamesAnotherPeer_Refuses()
    {
        Multiaddr wrong = _js.Address.WithoutPeer()!.WithPeer(NodeIdentity.Generate().Id);
        Assert.That(async () => await _host.ConnectAsync(wrong, Token), Throws.TypeOf<DialException>());
        Assert.That(_host.ConnectedPeers, Is.Empty);
    }

    [Test]
    public async Task OpenStream_ProtocolUnknownToThePeer_SaysSo()
    {
        await _host.ConnectAsync(_js.Address, Token);
        Assert.That(
            async () => await _host.OpenStreamAsync(_js.Id, "/no/such/protocol/1", Token),
            Throws.TypeOf<ProtocolNotSupportedException>().With.Message.Contains("/no/such/protocol/1"));
    }

    [Test]
    public async Task Read_PeerResets_ThrowsStreamReset()
    {
        await using PeerStream stream = await OpenAsync(TestProtocols.Reset);
        await stream.Output.WriteAsync(new byte[10], Token);
        Assert.That(
            async () => await TestProtocols.DrainAsync(stream.Input, Token), Throws.TypeOf<StreamResetException>());
    }

    [Test]
    public async Task Reset_ByUs_ReachesThePeerAsAReset()
    {
        await using PeerStream stream = await OpenAsync(TestProtocols.Hang);
        await stream.Output.WriteAsync(new byte[10], Token);
        JsonElement first = await _js.NextEventAsync("hang");
        Assert.That(first.GetProperty("received").GetInt32(), Is.EqualTo(10));
        stream.Reset();
        JsonElement end = await _js.NextEventAsync("hang");
        Assert.That(end.GetProperty("ended").GetString(), Is.EqualTo("StreamResetError"));
    }

    [Test]
    public async Task Reset_OneStream_LeavesTheOthersWhole()
    {
        await using PeerStream reset = await OpenAsync(TestProtocols.Echo);
        await using PeerStream whole = await OpenAsync(TestProtocols.Echo);
        await TestPattern.SendAsync(reset.Output, 100_000, Token);
        reset.Reset();
        Assert.That(await EchoAsync(whole, 1_000_000), Is.EqualTo(1_000_000));
    }

    [Test]
    public async Task Connect_AddressWithoutPeer_AcceptsWhoeverAnswers()
    {
        PeerId found = await _host.ConnectAsync(_js.Address.WithoutPeer()!, Token);
        Assert.That(found, Is.EqualTo(_js.Id));
        Assert.That(_host.ConnectedPeers, Is.EquivalentTo([_js.Id]));
    }

    [Test]
    public async Task Identify_AfterConnect_KnowsAgentAndProtocols()
    {
        var identified = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.PeerIdentified += peer => identified.TrySetResult(peer);
        await _host.ConnectAsync(_js.Address, Token);
        Assert.That(await identified.Task.WaitAsync(Token), Is.EqualTo(_js.Id));
        Assert.That(_host.Peers.AgentOf(_js.Id), Is.EqualTo("js-libp2p/interop"));
        Assert.That(
            _host.Peers.ProtocolsOf(_js.Id),
            Is.SupersetOf([TestProtocols.Echo, TestProtocols.Ping, "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0"]));
    }

    [Test]
    public async Task Ping_ManyRounds_EchoesEachPayload()
    {
        await using PeerStream stream = await OpenAsync(TestProtocols.Ping);
        var random = new Random(7);
        byte[] sent = new byte[32];
        for (int round = 0; round < 100; round++)
        {
            random.NextBytes(sent);
            await stream.Output.WriteAsync(sent, Token);
            ReadResult read = await stream.Input.ReadAtLeastAsync(sent.Length, Token);
            Assert.That(read.Buffer.ToArray(), Is.EqualTo(sent));
            stream.Input.AdvanceTo(read.Buffer.End);
        }
    }

    [Test]
    public async Task Echo_100MegabytesOverOneStream_ComesBackWhole()
    {
        await using PeerStream stream = await OpenAsync(TestProtocols.Echo);
        Assert.That(await EchoAsync(stream, 100_000_000), Is.EqualTo(100_000_000));
    }

    [Test]
    public async Task Echo_OneMegabyteOver200StreamsAtOnce_ComesBackWhole()
    {
        await _host.ConnectAsync(_js.Address, Token);

        // js-libp2p gives a connection up on which more than ten streams come before its own side is set up.
        await _js.CallAsync("identify", new { peer = _host.Id.ToString() });
        long[] received = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            await using PeerStream stream = await _host.OpenStreamAsync(_js.Id, TestProtocols.Echo, Token);
            return await EchoAsync(stream, 1_000_000);
        }));
        Assert.That(received, Is.All.EqualTo(1_000_000));
    }

    [Test]
    public async Task CloseWrite_ByUs_LeavesTheOtherHalfOpen()
    {
        await using PeerStream stream = await OpenAsync(TestProtocols.Sink);
        await TestPattern.SendAsync(stream.Output, 500_000, Token);
        await stream.CloseWriteAsync(Token);
        ReadResult answer = await stream.Input.ReadAtLeastAsync(8, Token);
        Assert.That(BinaryPrimitives.ReadInt64BigEndian(answer.Buffer.ToArray()), Is.EqualTo(500_000));
    }

    [Test]
    public async Task CloseWrite_ByThePeer_LeavesOurHalfOpen()
    {
        await using PeerStream stream = await OpenAsync(TestProtocols.CloseFirst);
        Assert.That(await TestProtocols.DrainAsync(stream.Input, Token), Is.Zero);
        await TestPattern.SendAsync(stream.Output, 500_000, Token);
        await stream.CloseWriteAsync(Token);
        JsonElement end = await _js.NextEventAsync("close-first");
        Assert.That(end.GetProperty("received").GetInt32(), Is.EqualTo(500_000));
    }

    [Test]
    public async Task Perf_UploadThenDownload_GivesWhatWasAskedFor()
    {
        await _host.ConnectAsync(_js.Address, Token);
        Assert.That(await PerfClient.RunAsync(_host, _js.Id, 2_000_000, 3_000_000, Token), Is.EqualTo(3_000_000));
    }

    [Test]
    public async Task Disconnect_ByUs_IsSeenByThePeer()
    {
        await _host.ConnectAsync(_js.Address, Token);
        await _js.CallAsync("identify", new { peer = _host.Id.ToString() });
        await _host.DisconnectAsync(_js.Id);
        Assert.That(_host.ConnectedPeers, Is.Empty);
        await _js.CallAsync("awaitDisconnect", new { peer = _host.Id.ToString() });
    }

    private async Task<PeerStream> OpenAsync(string protocol)
    {
        await _host.ConnectAsync(_js.Address, Token);
        return await _host.OpenStreamAsync(_js.Id, protocol, Token);
    }

    private async Task<long> EchoAsync(PeerStream stream, long count)
    {
        Task<long> receiving = TestPattern.ReceiveAsync(stream.Input, Token);
        await TestPattern.SendAsync(stream.Output, count, Token);
        await stream.CloseWriteAsync(Token);
        return await receiving;
    }
}
