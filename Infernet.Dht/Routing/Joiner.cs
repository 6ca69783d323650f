using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Dht.Routing;

/// <summary>
/// Gets a node into the network and keeps it there: connects to known addresses, looks for the node's neighbours,
/// and goes into every bucket now and then. Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md,
/// "Bootstrap process". Thread-safe.
/// </summary>
internal sealed partial class Joiner(
    Libp2pHost host, RoutingTable table, RoutingKeeper keeper, LookupRunner lookups, DhtOptions options, Random random,
    ILogger logger)
{
    private const int MaxRemembered = 64;
    private const int MaxDialsAtOnce = 8;
    private readonly ConcurrentDictionary<Multiaddr, byte> _addresses = [];

    /// <summary>Connects to addresses and looks for neighbours; returns how many of the addresses answered.</summary>
    public async Task<int> JoinAsync(IEnumerable<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        int answered = 0;
        Multiaddr[] wanted = [.. addresses.Where(a => a.PeerId != host.Id)];
        foreach (Multiaddr address in wanted.Where(_ => _addresses.Count < MaxRemembered))
        {
            _addresses.TryAdd(address, 0);
        }

        await Parallel.ForEachAsync(
            wanted,
            new ParallelOptions { MaxDegreeOfParallelism = MaxDialsAtOnce, CancellationToken = cancellationToken },
            async (address, cancel) =>
            {
                if (await TryConnectAsync(address, cancel).ConfigureAwait(false))
                {
                    Interlocked.Increment(ref answered);
                }
            }).ConfigureAwait(false);

        if (table.Count > 0)
        {
            await FindNeighboursAsync(cancellationToken).ConfigureAwait(false);
        }

        return answered;
    }

    /// <summary>Tries the known addresses again if the routing table is empty.</summary>
    public Task RetryIfAloneAsync(CancellationToken cancellationToken) =>
        table.Count == 0 && !_addresses.IsEmpty
            ? JoinAsync(_addresses.Keys, cancellationToken)
            : Task.CompletedTask;

    /// <summary>Looks for neighbours, and into every bucket that nobody looked into for long.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (table.Count == 0)
        {
            return;
        }

        await FindNeighboursAsync(cancellationToken).ConfigureAwait(false);
        foreach (int bucket in table.DueForRefresh(options.RefreshInterval, RefreshKeys.MaxPrefixLength))
        {
            await LookAsync(RefreshKeys.Find(table.Self, bucket, random), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task FindNeighboursAsync(CancellationToken cancellationToken) =>
        LookAsync(host.Id.ToBytes(), cancellationToken);

    private async Task LookAsync(byte[] key, CancellationToken cancellationToken)
    {
        try
        {
            await lookups.FindClosestAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException slow)
        {
            LogSlow(slow.Message);
        }
    }

    private async Task<bool> TryConnectAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        try
        {
            PeerId peer = await host.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return await keeper.ProbeAsync(KadPeer.Of(peer), cancellationToken).ConfigureAwait(false);
        }
        catch (DialException failure)
        {
            LogUnreachable(address, failure.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Can't join by {Address}: {Reason}")]
    private partial void LogUnreachable(Multiaddr address, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A refresh did not end: {Reason}")]
    private partial void LogSlow(string reason);
}
