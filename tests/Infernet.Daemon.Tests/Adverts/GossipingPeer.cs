using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Adverts;

/// <summary>A host that gossips adverts, and nothing else of a node.</summary>
internal sealed class GossipingPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);

    private readonly Channel<VerifiedAdvert> _learned = Channel.CreateUnbounded<VerifiedAdvert>();
    private readonly Libp2pHost _host;
    private readonly GossipSub _gossip;

    private GossipingPeer(Libp2pHost host)
    {
        _host = host;
        _gossip = new GossipSub(
            host, new GossipSubOptions { HeartbeatInterval = Heartbeat, CloseTimeout = Patience }, TimeProvider.System,
            NullLoggerFactory.Instance);
        Directory = new AdvertDirectory(TimeProvider.System);
        Directory.Changed += advert => _learned.Writer.TryWrite(advert);
        var options = new AdvertOptions { GossipInterval = TimeSpan.FromMilliseconds(50) };
        Adverts = new AdvertGossip(
            _gossip, new OwnAdvert(host, Describe, options, TimeProvider.System), Directory.Offer, options,
            TimeProvider.System);
    }

    public PeerId Id => _host.Id;

    public NodeIdentity Identity => _host.Identity;

    public AdvertDirectory Directory { get; }

    public AdvertGossip Adverts { get; }

    /// <summary>What the advert says, and what a test changes.</summary>
    public uint FreeSlots { get; set; } = 8;

    public static async Task<GossipingPeer> StartAsync() => new(await Libp2pHost.StartAsync(
        NodeIdentity.Generate(), new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
        NullLoggerFactory.Instance, CancellationToken.None));

    /// <summary>Connects, and waits until both know that the other wants adverts.</summary>
    public async Task ConnectAsync(GossipingPeer other)
    {
        await _host.ConnectAsync(other._host.ListenAddresses[0].WithPeer(other.Id), CancellationToken.None);
        using var limit = new CancellationTokenSource(Patience);
        // Meshes are made by heartbeats, so there is nothing to see between two of them.
        using var heartbeat = new PeriodicTimer(Heartbeat);
        while (!_gossip.MeshOf(AdvertGossip.Topic).Contains(other.Id)
            || !other._gossip.MeshOf(AdvertGossip.Topic).Contains(Id))
        {
            await heartbeat.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Waits for an advert.</summary>
    public async Task<VerifiedAdvert> LearnAsync(Func<VerifiedAdvert, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            VerifiedAdvert advert = await _learned.Reader.ReadAsync(limit.Token);
            if (wanted(advert))
            {
                return advert;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Adverts.DisposeAsync();
        await _gossip.DisposeAsync();
        await _host.DisposeAsync();
    }

    private Advert Describe() => new()
    {
        Hardware = new Hardware(),
        TotalSlots = 8,
        FreeSlots = FreeSlots,
        Models = { TestAdverts.Model("tiny", TestAdverts.ModelRoot) },
    };
}
