using Infernet.Core.Multiformats;
using Infernet.Dht;
using Infernet.Interop.Tests.Hosting;
using Infernet.Interop.Tests.Peers;

namespace Infernet.Interop.Tests.Dht;

/// <summary>
/// One DHT of our nodes and js-libp2p's, servers and a client of each kind. Everybody knows the first two.
/// </summary>
internal sealed class MixedNetwork : IAsyncDisposable
{
    private const int ServersOfEachKind = 3;

    public List<DhtNode> Ours { get; } = [];

    public List<JsPeer> Theirs { get; } = [];

    public DhtNode OurClient { get; private set; } = null!;

    public JsPeer TheirClient { get; private set; } = null!;

    public static async Task<MixedNetwork> StartAsync()
    {
        var network = new MixedNetwork();
        try
        {
            await network.StartNodesAsync();
            await network.JoinAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? node in (IAsyncDisposable?[])[.. Theirs, TheirClient, .. Ours, OurClient])
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }
    }

    private async Task StartNodesAsync()
    {
        for (int i = 0; i < ServersOfEachKind; i++)
        {
            Ours.Add(await DhtNode.StartAsync());
            Theirs.Add(await JsPeer.StartAsync(new { kad = true }));
        }

        OurClient = await DhtNode.StartAsync(DhtMode.Client);
        TheirClient = await JsPeer.StartAsync(new { kad = true, clientMode = true });
    }

    private async Task JoinAsync()
    {
        Multiaddr[] known = [Multiaddr.Parse(TestHost.AddressOf(Ours[0].Host)), Theirs[0].Address];
        foreach (JsPeer peer in (JsPeer[])[.. Theirs, TheirClient])
        {
            foreach (Multiaddr address in known.Where(a => a.PeerId != peer.Id))
            {
                await peer.CallAsync("dial", new { address = address.ToString() });
            }
        }

        foreach (DhtNode node in (DhtNode[])[.. Ours, OurClient])
        {
            await node.Dht.BootstrapAsync(known.Where(a => a.PeerId != node.Id), CancellationToken.None);
        }

        // The clients know at least the two that everybody knows; the servers find each other through those.
        foreach (JsPeer peer in (JsPeer[])[.. Theirs, TheirClient])
        {
            await peer.CallAsync("awaitRoutingTable", new { size = peer == Theirs[0] ? 2 * ServersOfEachKind - 1 : 2 });
        }
    }
}
