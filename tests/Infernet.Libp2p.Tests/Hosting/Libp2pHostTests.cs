using System.Net;
using System.Net.Sockets;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.Hosting;

internal sealed class Libp2pHostTests
{
    private readonly List<Libp2pHost> _hosts = [];

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (Libp2pHost host in _hosts)
        {
            await host.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);
        }

        _hosts.Clear();
    }

    [Test]
    public async Task Start_OnAddressInUse_NamesIt()
    {
        Libp2pHost first = await StartAsync();

        Assert.That(
            async () => await StartAsync(o => o with { ListenAddresses = first.ListenAddresses }),
            Throws.TypeOf<AddressInUseException>().With.Message.Contains(first.ListenAddresses[0].ToString()));
    }

    [Test]
    public void Start_OnAddressThatIsNoTcp_SaysWhatOneLooksLike() => Assert.That(
        async () => await StartAsync(o => o with { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/udp/1")] }),
        Throws.ArgumentException.With.Message.Contains("/tcp/"));

    [Test]
    public async Task Start_OnAllInterfaces_ListsDialableAddresses()
    {
        Libp2pHost host = await StartAsync(o => o with { ListenAddresses = [Multiaddr.Parse("/ip4/0.0.0.0/tcp/0")] });

        Assert.That(host.ListenAddresses.Select(a => a.IPAddress), Does.Contain(IPAddress.Loopback));
        Assert.That(host.ListenAddresses.Select(a => a.IPAddress), Does.Not.Contain(IPAddress.Any));
    }

    [Test]
    public async Task Connect_WhereNobodyListens_SaysRefused()
    {
        Libp2pHost host = await StartAsync();
        Libp2pHost gone = await StartAsync();
        Multiaddr address = TestHosts.AddressOf(gone);
        await gone.DisposeAsync();

        Assert.That(
            async () => await host.ConnectAsync(address, CancellationToken.None).WaitAsync(TestHosts.Patience),
            Throws.TypeOf<DialException>().With.Message.Contains("TCP connect: Connection refused"));
    }

    [Test]
    public async Task Connect_ToAnotherPeerThanNamed_SaysWhoAnswers()
    {
        Libp2pHost host = await StartAsync();
        Libp2pHost other = await StartAsync();
        Multiaddr wrong = other.ListenAddresses[0].WithPeer(NodeIdentity.Generate().Id);

        Assert.That(
            async () => await host.ConnectAsync(wrong, CancellationToken.None).WaitAsync(TestHosts.Patience),
            Throws.TypeOf<DialException>().With.Message.Contains(other.Id.ToString()));
        Assert.That(host.ConnectedPeers, Is.Empty);
    }

    [Test]
    public async Task Connect_ToItself_IsRefused()
    {
        Libp2pHost host = await StartAsync();

        Assert.That(
            async () => await host.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None),
            Throws.TypeOf<DialException>().With.Message.Contains("itself"));
        Assert.That(
            async () => await host.ConnectAsync(host.ListenAddresses[0], CancellationToken.None)
                .WaitAsync(TestHosts.Patience),
            Throws.TypeOf<DialException>().With.Message.Contains("itself"));
    }

    [Test]
    public async Task Connect_ToPeerWithoutAddress_SaysSo()
    {
        Libp2pHost host = await StartAsync();

        Assert.That(
            async () => await host.ConnectAsync(NodeIdentity.Generate().Id, CancellationToken.None),
            Throws.TypeOf<DialException>().With.Message.Contains("No address"));
    }

    [Test]
    public async Task Connect_ToSilentPeer_EndsAfterTheDialTimeout()
    {
        var time = new ManualTime();
        Libp2pHost host = await StartAsync(o => o with { Time = time });
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        Task<PeerId> dialing = host.ConnectAsync(
            Multiaddr.FromTcp((IPEndPoint)silent.LocalEndPoint!), CancellationToken.None);
        using Socket accepted = await silent.AcceptAsync();
        await accepted.ReceiveAsync(new byte[1]);
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.That(
            async () => await dialing.WaitAsync(TestHosts.Patience),
            Throws.TypeOf<DialException>().With.Message.Contains("negotiating /noise: no answer in time (10 s)"));
    }

    [Test]
    public async Task Connect_WithSeveralAddresses_TakesTheOneThatWorks()
    {
        Libp2pHost host = await StartAsync();
        Libp2pHost gone = await StartAsync();
        Libp2pHost other = await StartAsync();
        Multiaddr dead = gone.ListenAddresses[0];
        await gone.DisposeAsync();
        host.Peers.AddAddresses(other.Id, [dead, other.ListenAddresses[0]]);
        await host.ConnectAsync(other.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);

        Assert.That(host.ConnectedPeers, Is.EqualTo(new[] { other.Id }));
        Assert.That(host.Peers.AddressesOf(other.Id)[0], Is.EqualTo(other.ListenAddresses[0]));
    }

    [Test]
    public async Task Connect_ManyTimesAtOnce_MakesOneConnection()
    {
        Libp2pHost host = await StartAsync();
        Libp2pHost other = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => host.ConnectAsync(TestHosts.AddressOf(other), CancellationToken.None))).WaitAsync(TestHosts.Patience);
        await TestHosts.IdentifiedAsync(other, host.Id);

        Assert.That(other.ConnectedPeers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Connect_FromBothSidesAtOnce_LeavesBothAbleToTalk()
    {
        Libp2pHost first = await StartAsync();
        Libp2pHost second = await StartAsync();
        await Task.WhenAll(
            first.ConnectAsync(TestHosts.AddressOf(second), CancellationToken.None),
            second.ConnectAsync(TestHosts.AddressOf(first), CancellationToken.None)).WaitAsync(TestHosts.Patience);

        await first.PingAsync(second.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);
        await second.PingAsync(first.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task Disconnect_OfPeer_TellsBothSides()
    {
        Libp2pHost first = await StartAsync();
        Libp2pHost second = await StartAsync();
        var gone = new TaskCompletionSource<PeerId>();
        second.PeerDisconnected += peer => gone.TrySetResult(peer);
        await first.ConnectAsync(TestHosts.AddressOf(second), CancellationToken.None);
        await TestHosts.IdentifiedAsync(second, first.Id);
        await first.DisconnectAsync(second.Id).WaitAsync(TestHosts.Patience);

        Assert.That(await gone.Task.WaitAsync(TestHosts.Patience), Is.EqualTo(first.Id));
        Assert.That((first.ConnectedPeers, second.ConnectedPeers), Is.EqualTo((Array.Empty<PeerId>(), Array.Empty<PeerId>())));
    }

    [Test]
    public async Task OpenStream_ForUnknownProtocol_NamesIt()
    {
        (Libp2pHost first, Libp2pHost second) = await StartPairAsync();

        Assert.That(
            async () => await first.OpenStreamAsync(second.Id, "/nobody/speaks/this", CancellationToken.None),
            Throws.TypeOf<ProtocolNotSupportedException>().With.Message.Contains("/nobody/speaks/this"));
    }

    [Test]
    public async Task Handler_ThatThrows_ResetsItsStreamAlone()
    {
        (Libp2pHost first, Libp2pHost second) = await StartPairAsync();
        second.Handle("/bad", (_, _) => throw new InvalidOperationException("on purpose"));

        // The reset may overtake the answer to the negotiation, so opening may already meet it.
        Assert.That(
            async () =>
            {
                PeerStream stream = await first.OpenStreamAsync(second.Id, "/bad", CancellationToken.None);
                await stream.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience);
            },
            Throws.TypeOf<StreamResetException>());
        await first.PingAsync(second.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task Streams_OpenedAndResetWithoutEnd_DoNotStartHandlersWithoutEnd()
    {
        (Libp2pHost first, Libp2pHost second) = await StartPairAsync(
            o => o with { MaxInboundStreamsPerConnection = 8 });
        int running = 0;
        int most = 0;
        var release = new TaskCompletionSource();
        second.Handle("/slow", async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await release.Task;
            Interlocked.Decrement(ref running);
        });
        await TestHosts.EventuallyAsync(() => Task.FromResult(first.Peers.ProtocolsOf(second.Id).Contains("/slow")));
        for (int i = 0; i < 100; i++)
        {
            PeerStream stream = await first.OpenStreamAsync(second.Id, "/slow", CancellationToken.None);
            await stream.Output.WriteAsync(new byte[1]);
            stream.Reset();
        }

        release.SetResult();
        await TestHosts.EventuallyAsync(async () => await PingedAsync(first, second.Id));
        Assert.That(most, Is.LessThanOrEqualTo(8));
    }

    [Test]
    public async Task Connections_BeyondTheLimit_AreRefusedWhileOthersAreBusy()
    {
        Libp2pHost host = await StartAsync(o => o with { MaxConnections = 1 });
        host.Handle("/hold", (_, stop) => Task.Delay(Timeout.Infinite, stop));
        Libp2pHost first = await StartAsync();
        Libp2pHost second = await StartAsync();
        await first.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None);
        await using PeerStream held = await first.OpenStreamAsync(host.Id, "/hold", CancellationToken.None);
        var gone = new TaskCompletionSource();
        second.PeerDisconnected += _ => gone.TrySetResult();

        // The handshake may end before the host refuses; then the connection is closed at once.
        try
        {
            await second.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None);
            await gone.Task.WaitAsync(TestHosts.Patience);
        }
        catch (DialException)
        {
        }

        Assert.That(host.ConnectedPeers, Is.EqualTo(new[] { first.Id }));
    }

    [Test]
    public async Task Connections_BeyondTheLimit_PruneTheIdle()
    {
        Libp2pHost host = await StartAsync(o => o with { MaxConnections = 1, IdleBeforePruned = TimeSpan.Zero });
        Libp2pHost first = await StartAsync();
        Libp2pHost second = await StartAsync();
        var gone = new TaskCompletionSource();
        first.PeerDisconnected += _ => gone.TrySetResult();
        await first.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None);
        await TestHosts.IdentifiedAsync(first, host.Id);
        await TestHosts.IdentifiedAsync(host, first.Id);
        await TestHosts.EventuallyAsync(async () =>
        {
            try
            {
                await second.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None);
                await second.PingAsync(host.Id, CancellationToken.None);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });

        await gone.Task.WaitAsync(TestHosts.Patience);
        await TestHosts.EventuallyAsync(() => Task.FromResult(host.ConnectedPeers.SequenceEqual([second.Id])));
    }

    [Test]
    public async Task Handshakes_ThatSayNothing_GiveWayToHonestOnes()
    {
        Libp2pHost host = await StartAsync(o => o with { MaxPendingHandshakes = 2 });
        host.ListenAddresses[0].TryGetTcp(out string address, out int port);
        var silent = new List<TcpClient>();
        for (int i = 0; i < 10; i++)
        {
            silent.Add(new TcpClient(address, port));
        }

        Libp2pHost honest = await StartAsync();
        await honest.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None).WaitAsync(TestHosts.Patience);
        await honest.PingAsync(host.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);
        silent.ForEach(s => s.Dispose());
    }

    [Test]
    public async Task Dispose_WithOpenStreams_EndsThemAndTheirHandlers()
    {
        (Libp2pHost first, Libp2pHost second) = await StartPairAsync();
        var cancelled = new TaskCompletionSource();
        second.Handle("/hold", async (_, stop) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                cancelled.TrySetResult();
            }
        });
        PeerStream stream = await first.OpenStreamAsync(second.Id, "/hold", CancellationToken.None);
        await second.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);

        Assert.That(cancelled.Task.IsCompleted, Is.True);
        Assert.That(
            async () => await stream.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<StreamResetException>());
    }

    [Test]
    public async Task Dispose_Twice_IsAllowed_AndDialsAfterItFail()
    {
        Libp2pHost host = await StartAsync();
        Libp2pHost other = await StartAsync();
        await host.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);
        await host.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);

        Assert.That(
            async () => await host.ConnectAsync(other.ListenAddresses[0], CancellationToken.None),
            Throws.TypeOf<DialException>().With.Message.Contains("closing"));
        Assert.That(
            async () => await host.ConnectAsync(TestHosts.AddressOf(other), CancellationToken.None),
            Throws.TypeOf<DialException>().With.Message.Contains("closing"));
    }

    private async Task<Libp2pHost> StartAsync(Func<HostOptions, HostOptions>? change = null)
    {
        Libp2pHost host = await TestHosts.StartAsync(change);
        _hosts.Add(host);
        return host;
    }

    private static async Task<bool> PingedAsync(Libp2pHost host, PeerId peer)
    {
        try
        {
            await host.PingAsync(peer, CancellationToken.None).WaitAsync(TestHosts.Patience);
            return true;
        }
        catch (StreamResetException)
        {
            return false;
        }
    }

    private async Task<(Libp2pHost First, Libp2pHost Second)> StartPairAsync(
        Func<HostOptions, HostOptions>? change = null)
    {
        (Libp2pHost first, Libp2pHost second) = await TestHosts.StartPairAsync(change);
        _hosts.AddRange([first, second]);
        return (first, second);
    }
}
