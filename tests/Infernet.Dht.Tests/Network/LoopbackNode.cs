using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Dht.Tests.Network;

/// <summary>A real host on loopback with a real DHT on top, or without one.</summary>
internal sealed class LoopbackNode : IAsyncDisposable
{
    private LoopbackNode(Libp2pHost host, KademliaDht? dht) => (Host, MaybeDht) = (host, dht);

    public Libp2pHost Host { get; }

    public KademliaDht Dht => MaybeDht!;

    /// <summary>Where to dial it, with its id.</summary>
    public Multiaddr Address => Host.ListenAddresses[0].WithPeer(Host.Id);

    private KademliaDht? MaybeDht { get; }

    public static async Task<LoopbackNode> StartAsync(DhtOptions options)
    {
        Libp2pHost host = await StartHostAsync();
        return new LoopbackNode(
            host, await KademliaDht.StartAsync(host, options, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public static async Task<LoopbackNode> StartBareAsync() => new(await StartHostAsync(), null);

    /// <summary>Sends one message on a stream of its own and returns the answer; null if there is none.</summary>
    public async Task<Message?> AskAsync(LoopbackNode other, Message message, CancellationToken cancellationToken)
    {
        await Host.ConnectAsync(other.Address, cancellationToken);
        await using PeerStream stream =
            await Host.OpenStreamAsync(other.Host.Id, new DhtOptions().Protocol, cancellationToken);
        await LengthPrefixed.WriteAsync(stream.Output, message, cancellationToken);
        await stream.CloseWriteAsync(cancellationToken);
        return await LengthPrefixed.ReadAsync(stream.Input, Message.Parser, 1 << 20, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (MaybeDht is not null)
        {
            await MaybeDht.DisposeAsync();
        }

        await Host.DisposeAsync();
    }

    private static Task<Libp2pHost> StartHostAsync() => Libp2pHost.StartAsync(
        NodeIdentity.Generate(),
        new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
        NullLoggerFactory.Instance, CancellationToken.None);
}
