using System.Text.Json;
using Infernet.Core.Identity;
using Infernet.Interop.Tests.Peers;
using Infernet.Interop.Tests.Streams;
using Infernet.Libp2p.Hosting;

namespace Infernet.Interop.Tests.Hosting;

/// <summary>A js-libp2p node dials our host.</summary>
[TestFixture]
public sealed class ListenerTests
{
    private JsPeer _js = null!;
    private Libp2pHost _host = null!;
    private TestProtocols _protocols = null!;

    private string Us => _host.Id.ToString();

    [OneTimeSetUp]
    public async Task StartPeer() => _js = await JsPeer.StartAsync(new { agent = "js-libp2p/dialer" });

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
        _host = await TestHost.StartAsync();
        _protocols = TestProtocols.ServeOn(_host);
    }

    [TearDown]
    public async Task StopHost() => await _host.DisposeAsync();

    [Test]
    public void Dial_AddressNamesAnotherPeer_IsRefusedByThePeer()
    {
        string wrong = _host.ListenAddresses[0].WithPeer(NodeIdentity.Generate().Id).ToString();
        Assert.That(
            async () => await _js.CallAsync("dial", new { address = wrong }), Throws.TypeOf<JsPeerException>());
    }

    [Test]
    public async Task Dial_AfterAFailedHandshake_StillWorks()
    {
        string wrong = _host.ListenAddresses[0].WithPeer(NodeIdentity.Generate().Id).ToString();
        Assert.That(
            async () => await _js.CallAsync("dial", new { address = wrong }), Throws.TypeOf<JsPeerException>());
        await DialAsync();
        Assert.That(await _js.CallAsync<long>("echo", new { peer = Us, bytes = 1_000 }), Is.EqualTo(1_000));
    }

    [Test]
    public async Task NewStream_ProtocolUnknownToUs_IsDeclined()
    {
        await DialAsync();
        JsPeerException? thrown = await Assert.ThrowsAsync<JsPeerException>(
            () => _js.CallAsync("open", new { peer = Us, protocol = "/no/such/protocol/1" }));
        Assert.That(thrown!.Name, Is.EqualTo("UnsupportedProtocolError"));
    }

    [Test]
    public async Task Reset_ByUs_ReachesThePeerAsAReset()
    {
        await DialAsync();
        Assert.That(await _js.CallAsync<string>("resetByPeer", _host.Id), Is.EqualTo("StreamResetError"));
    }

    [Test]
    public async Task Reset_ByThePeer_EndsOurReadAsAReset()
    {
        await DialAsync();
        await _js.CallAsync("resetByUs", new { peer = Us });
        Assert.That(await _protocols.NextEndingAsync(), Is.EqualTo("reset"));
    }

    [Test]
    public async Task Identify_OfUs_TellsAgentProtocolsAndObservedAddress()
    {
        await DialAsync();
        JsonElement told = await _js.CallAsync("identify", new { peer = Us });
        Assert.That(told.GetProperty("agent").GetString(), Is.EqualTo(TestHost.Agent));
        Assert.That(
            told.GetProperty("protocols").Deserialize<string[]>(),
            Is.SupersetOf([TestProtocols.Echo, TestProtocols.Ping, "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0"]));
        Assert.That(
            told.GetProperty("listenAddresses").Deserialize<string[]>(),
            Is.EqualTo([_host.ListenAddresses[0].ToString()]));
        Assert.That(told.GetProperty("observedAddress").GetString(), Does.StartWith("/ip4/127.0.0.1/tcp/"));
    }

    [Test]
    public async Task Identify_OfThePeer_IsKnownToUs()
    {
        var identified = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.PeerIdentified += peer => identified.TrySetResult(peer);
        await DialAsync();
        Assert.That(await identified.Task.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(_js.Id));
        Assert.That(_host.Peers.AgentOf(_js.Id), Is.EqualTo("js-libp2p/dialer"));
    }

    [Test]
    public async Task Handle_AddedAfterIdentify_IsPushedToThePeer()
    {
        await DialAsync();
        await _js.CallAsync("identify", new { peer = Us });
        _host.Handle("/infernet/test/later/1", TestProtocols.EchoAsync);
        await _js.CallAsync("awaitProtocol", new { peer = Us, protocol = "/infernet/test/later/1" });
        Assert.That(
            await _js.CallAsync<long>("echo", new { peer = Us, bytes = 10, protocol = "/infernet/test/later/1" }),
            Is.EqualTo(10));
    }

    [Test]
    public async Task Push_ByThePeer_IsKnownToUs()
    {
        const string later = "/infernet/test/new/1";
        await DialAsync();
        await _js.CallAsync("identify", new { peer = Us });
        await _js.CallAsync("serve", new { protocol = later });
        Assert.That(() => _host.Peers.ProtocolsOf(_js.Id), Does.Contain(later).After(60).Seconds.PollEvery(20));
    }

    [Test]
    public async Task Ping_OfUs_Answers()
    {
        await DialAsync();
        for (int round = 0; round < 20; round++)
        {
            Assert.That(await _js.CallAsync<double>("ping", _host.Id), Is.GreaterThanOrEqualTo(0));
        }
    }

    [Test]
    public async Task Echo_100MegabytesOverOneStream_ComesBackWhole()
    {
        await DialAsync();
        Assert.That(await _js.CallAsync<long>("echo", new { peer = Us, bytes = 100_000_000 }), Is.EqualTo(100_000_000));
    }

    [Test]
    public async Task Echo_OneMegabyteOver200StreamsAtOnce_ComesBackWhole()
    {
        await DialAsync();
        Assert.That(
            await _js.CallAsync<long>("echo", new { peer = Us, bytes = 1_000_000, streams = 200 }),
            Is.EqualTo(200_000_000));
    }

    [Test]
    public async Task CloseWrite_ByThePeer_LeavesOurHalfOpen()
    {
        await DialAsync();
        Assert.That(await _js.CallAsync<long>("upload", new { peer = Us, bytes = 500_000 }), Is.EqualTo(500_000));
    }

    [Test]
    public async Task CloseWrite_ByUs_LeavesTheOtherHalfOpen()
    {
        await DialAsync();
        await _js.CallAsync("sendAfterPeerClosed", new { peer = Us, bytes = 500_000 });
        Assert.That(await _protocols.NextEndingAsync(), Is.EqualTo("received 500000"));
    }

    [Test]
    public async Task Perf_UploadThenDownload_GivesWhatWasAskedFor()
    {
        await DialAsync();
        Assert.That(
            await _js.CallAsync<long>("perf", new { peer = Us, upload = 2_000_000, download = 3_000_000 }),
            Is.EqualTo(3_000_000));
    }

    [Test]
    public async Task HangUp_ByThePeer_IsSeenByUs()
    {
        var identified = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.PeerIdentified += _ => identified.TrySetResult();
        _host.PeerDisconnected += peer => gone.TrySetResult(peer);
        await DialAsync();
        await identified.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await _js.CallAsync("hangUp", new { peer = Us });
        Assert.That(await gone.Task.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(_js.Id));
        Assert.That(_host.ConnectedPeers, Is.Empty);
    }

    private Task<JsonElement> DialAsync() => _js.CallAsync("dial", new { address = TestHost.AddressOf(_host) });
}
