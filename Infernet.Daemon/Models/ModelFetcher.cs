using System.Runtime.CompilerServices;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Adverts;
using Infernet.Dht;
using Infernet.Dht.Providers;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Models;

/// <summary>Fetches a model's file from the peers that have it: those whose adverts say so, then those that the DHT knows.</summary>
internal sealed class ModelFetcher(
    Libp2pHost host, KademliaDht dht, ChunkExchange exchange, AdvertDirectory adverts)
{
    private const int MaxProviders = 64;

    public Task<FetchReport> FetchAsync(
        Cid root, IProgress<ModelProgress>? progress, CancellationToken cancellationToken) =>
        exchange.FetchAsync(
            root,
            ProvidersAsync(root, cancellationToken),
            progress is null ? null : new Reporter(progress),
            cancellationToken);

    private async IAsyncEnumerable<PeerId> ProvidersAsync(
        Cid root, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var given = new HashSet<PeerId> { host.Id };
        foreach (VerifiedAdvert advert in adverts.All().Where(a => a.Models.ContainsKey(root)))
        {
            if (given.Add(advert.Peer))
            {
                yield return advert.Peer;
            }
        }

        foreach (ProviderKey key in (ProviderKey[])[ProviderKeys.Content(root), ProviderKeys.Model(root)])
        {
            await foreach (PeerInfo found in dht.FindProvidersAsync(key, MaxProviders, cancellationToken)
                .ConfigureAwait(false))
            {
                host.Peers.AddAddresses(found.Id, found.Addresses);
                if (given.Add(found.Id))
                {
                    yield return found.Id;
                }
            }
        }
    }

    private sealed class Reporter(IProgress<ModelProgress> progress) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => progress.Report(new ModelProgress
        {
            Stage = value.BytesTotal == 0 ? "finding" : "fetching",
            DoneBytes = value.BytesDone,
            TotalBytes = value.BytesTotal,
            Peers = value.Peers,
        });
    }
}
