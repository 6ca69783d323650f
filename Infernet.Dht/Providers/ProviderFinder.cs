using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;
using Infernet.Dht.Routing;

namespace Infernet.Dht.Providers;

/// <summary>
/// Finds providers, and the place where a new one belongs. A name with many providers is split over buckets: a seeker
/// that still wants more widens its search level by level, and a newcomer goes down until it finds room.
/// Thread-safe.
/// </summary>
internal sealed class ProviderFinder(
    PeerId self, LookupRunner lookups, RoutingKeeper keeper, PeerCodec codec, ProviderStore providers,
    BackgroundTasks tasks, DhtOptions options, Random random)
{
    private const int MaxLimit = 10_000;
    private readonly Lock _randomGate = new();

    /// <summary>The providers of one key as they are found, each once, at most so many; never this node itself.</summary>
    public IAsyncEnumerable<PeerInfo> FindAsync(
        ReadOnlyMemory<byte> key, int limit, CancellationToken cancellationToken) =>
        StreamAsync((search, cancel) => SearchKeyAsync(search, key, cancel), limit, cancellationToken);

    /// <summary>The providers of a name, over as many levels as it takes.</summary>
    public IAsyncEnumerable<PeerInfo> FindAsync(ProviderKey name, int limit, CancellationToken cancellationToken) =>
        StreamAsync((search, cancel) => SearchNameAsync(search, name, cancel), limit, cancellationToken);

    /// <summary>
    /// The key where this node is to stand as a provider of a name, and the peers closest to it: the first level with
    /// room for one more.
    /// </summary>
    public async Task<(ReadOnlyMemory<byte> Key, IReadOnlyList<KadPeer> Closest)> FindPlaceAsync(
        ProviderKey name, CancellationToken cancellationToken)
    {
        for (int level = 0; ; level++)
        {
            ReadOnlyMemory<byte> key = name.Bucket(level, ProviderKey.BucketOf(self, level)).Bytes;
            var others = new HashSet<PeerId>();
            LookupResult found = await lookups.RunAsync(
                Requests.GetProviders(key.Span),
                (_, answer) =>
                {
                    others.UnionWith(codec.Decode(answer.ProviderPeers, options.Messages.MaxProviders)
                        .Select(p => p.Id).Where(p => p != self));
                    return others.Count >= options.SplitThreshold && level < ProviderKey.MaxLevel;
                },
                cancellationToken).ConfigureAwait(false);
            if (others.Count < options.SplitThreshold || level == ProviderKey.MaxLevel)
            {
                return (key, found.Closest);
            }
        }
    }

    private async IAsyncEnumerable<PeerInfo> StreamAsync(
        Func<Search, CancellationToken, Task> run, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var search = new Search(self, Math.Clamp(limit, 1, MaxLimit));
        using CancellationTokenSource ended =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tasks.Stopping);
        Task running = tasks.Run("provider search", _ => RunAsync(search, run, ended.Token));
        try
        {
            await foreach (PeerInfo provider in search.Found.ReadAllAsync(ended.Token).ConfigureAwait(false))
            {
                yield return provider;
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(
        Search search, Func<Search, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run(search, cancellationToken).ConfigureAwait(false);
            search.Complete(null);
        }
        catch (OperationCanceledException cancelled)
        {
            search.Complete(cancelled);
        }
        catch (TimeoutException)
        {
            // What was found until then is the answer.
            search.Complete(null);
        }
    }

    private async Task SearchNameAsync(Search search, ProviderKey name, CancellationToken cancellationToken)
    {
        int found = await SearchKeyAsync(search, name.Root.Bytes, cancellationToken).ConfigureAwait(false);
        for (int level = 1; level <= ProviderKey.MaxLevel; level++)
        {
            // Nobody goes down a level that isn't full, so below one with room there is nothing to be found.
            if (search.IsFull || found < options.SplitThreshold)
            {
                return;
            }

            found = 0;
            foreach (int bucket in Shuffled(ProviderKey.BucketCount(level)))
            {
                if (search.IsFull)
                {
                    return;
                }

                ReadOnlyMemory<byte> key = name.Bucket(level, bucket).Bytes;
                found = Math.Max(found, await SearchKeyAsync(search, key, cancellationToken).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Searches one key; returns how many providers stand there, known from elsewhere or not.</summary>
    private async Task<int> SearchKeyAsync(Search search, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var here = new HashSet<PeerId>();
        Take(providers.Get(key.Span));
        if (!search.IsFull)
        {
            await lookups.RunAsync(
                Requests.GetProviders(key.Span),
                (_, answer) =>
                {
                    IReadOnlyList<PeerInfo> named =
                        codec.Decode(answer.ProviderPeers, options.Messages.MaxProviders);
                    foreach (PeerInfo provider in named)
                    {
                        keeper.Heard(provider.Id, provider.Addresses);
                    }

                    Take(named);
                    return search.IsFull;
                },
                cancellationToken).ConfigureAwait(false);
        }

        return here.Count;

        void Take(IReadOnlyList<PeerInfo> named)
        {
            foreach (PeerInfo provider in named)
            {
                here.Add(provider.Id);
                search.Take(provider);
            }
        }
    }

    private int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        lock (_randomGate)
        {
            random.Shuffle(order);
        }

        return order;
    }

    /// <summary>What one search has found so far; written by one task, read by one caller.</summary>
    private sealed class Search(PeerId self, int limit)
    {
        private readonly HashSet<PeerId> _seen = [];

        // Never holds more than the limit.
        private readonly Channel<PeerInfo> _found = Channel.CreateUnbounded<PeerInfo>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

        public ChannelReader<PeerInfo> Found => _found.Reader;

        public bool IsFull => _seen.Count >= limit;

        public void Take(PeerInfo provider)
        {
            if (provider.Id != self && !IsFull && _seen.Add(provider.Id))
            {
                _found.Writer.TryWrite(provider);
            }
        }

        public void Complete(Exception? reason) => _found.Writer.TryComplete(reason);
    }
}
