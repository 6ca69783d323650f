using System.Text;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht;
using Infernet.Dht.Records;
using Infernet.Interop.Tests.Hosting;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Interop.Tests.Dht;

/// <summary>A host of ours with a DHT on it, for tests that put texts under keys of the test namespace.</summary>
internal sealed class DhtNode(Libp2pHost host, KademliaDht dht) : IAsyncDisposable
{
    public Libp2pHost Host { get; } = host;

    public KademliaDht Dht { get; } = dht;

    public PeerId Id => Host.Id;

    public static async Task<DhtNode> StartAsync(DhtMode mode = DhtMode.Server)
    {
        Libp2pHost host = await TestHost.StartAsync();
        var options = new DhtOptions
        {
            Mode = mode,
            Validators = new Dictionary<string, IRecordValidator> { ["test"] = new GreatestValueWins() },
        };
        return new DhtNode(
            host, await KademliaDht.StartAsync(host, options, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public Task<PublishResult> PutAsync(string key, string value, CancellationToken cancellationToken) =>
        Dht.PutValueAsync(key, Encoding.UTF8.GetBytes(value), cancellationToken);

    public async Task<string?> GetAsync(string key, CancellationToken cancellationToken) =>
        await Dht.GetValueAsync(key, cancellationToken) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>The ids of all providers that are found.</summary>
    public async Task<IReadOnlyList<PeerId>> FindProvidersAsync(Multihash key, CancellationToken cancellationToken)
    {
        var found = new List<PeerId>();
        await foreach (PeerInfo provider in Dht.FindProvidersAsync(key, limit: 20, cancellationToken))
        {
            found.Add(provider.Id);
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Dht.DisposeAsync();
        await Host.DisposeAsync();
    }
}
