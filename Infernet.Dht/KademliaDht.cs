#pragma warning disable CA1822
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Providers;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Dht;

/// <summary>A node of a libp2p Kademlia DHT on top of a host, which stays its caller's.</summary>
public sealed class KademliaDht : IAsyncDisposable
{
    /// <summary>Joins with what the options name; returns at once, also if nobody is there.</summary>
    public static Task<KademliaDht> StartAsync(
        Libp2pHost host, DhtOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>A snapshot for a status page.</summary>
    public DhtStatistics Statistics => throw new NotImplementedException();

    /// <summary>Starts to serve others, for a client that found out it can be reached.</summary>
    public void BecomeServer() => throw new NotImplementedException();

    /// <summary>
    /// Connects to peers, then looks for this node's neighbours. The addresses are remembered and tried again while
    /// the node is alone.
    /// </summary>
    /// <returns>How many of the addresses answered.</returns>
    public Task<int> BootstrapAsync(IEnumerable<Multiaddr> addresses, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Where a peer is; null if nobody knows.</summary>
    public Task<PeerInfo?> FindPeerAsync(PeerId peer, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The k peers closest to a key that answered, closest first.</summary>
    public Task<IReadOnlyList<PeerInfo>> FindClosestAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Stores a value on the nodes closest to its key and keeps it stored while it is good.</summary>
    /// <exception cref="ArgumentException">The validator of the namespace refuses it, or there is none.</exception>
    public Task<PublishResult> PutValueAsync(
        string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The best value under a key; null if there is none.</summary>
    /// <exception cref="ArgumentException">No validator knows the key's namespace.</exception>
    public Task<byte[]?> GetValueAsync(string key, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Announces this node as a provider, and keeps announcing it.</summary>
    public Task<PublishResult> ProvideAsync(ProviderKey key, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Announces this node as a provider of one bare key, and keeps announcing it.</summary>
    public Task<PublishResult> ProvideAsync(Multihash key, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Stops announcing; the records of others run out by themselves.</summary>
    public void StopProviding(ProviderKey key) => throw new NotImplementedException();

    /// <summary>Stops announcing a bare key.</summary>
    public void StopProviding(Multihash key) => throw new NotImplementedException();

    /// <summary>
    /// Providers as they are found, each once, until there are enough, all were asked, or the caller stops.
    /// </summary>
    public IAsyncEnumerable<PeerInfo> FindProvidersAsync(
        ProviderKey key, int limit, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Providers of one bare key.</summary>
    public IAsyncEnumerable<PeerInfo> FindProvidersAsync(
        Multihash key, int limit, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Stops serving and asking; waits until everything under way has ended.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
