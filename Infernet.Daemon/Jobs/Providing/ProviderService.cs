using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Payments.Earning;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;
using static Infernet.Core.Schemas.Decline.Types;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>Works for others: serves <c>/infernet/job/1</c>, and this node's own jobs through the same code.</summary>
internal sealed class ProviderService : IAsyncDisposable
{
    private readonly NodeIdentity _identity;
    private readonly Func<Cid, ServedEngine?> _findEngine;
    private readonly ProviderLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<ProviderDriver, Task> _sessions = new();
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _stopping;
    private long _shards;
    private long _tokens;

    /// <param name="identity">Signs the receipts.</param>
    /// <param name="findEngine">The engine of a model; null when it is not served.</param>
    /// <param name="limits">What aggregators may ask for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where violations go.</param>
    public ProviderService(
        NodeIdentity identity, Func<Cid, ServedEngine?> findEngine, ProviderLimits limits, TimeProvider time,
        ILogger log) =>
        (_identity, _findEngine, _limits, _time, _log) = (identity, findEngine, limits, time, log);

    /// <summary>Makes the envelope of a shard's receipt.</summary>
    public Func<NodeIdentity, Receipt, byte[]> Seal { get; init; } = ReceiptEnvelope.Seal;

    /// <summary>Takes the receipts that aggregators signed for. Must return at once.</summary>
    public Action<AcknowledgedReceipt> Acknowledged { get; set; } = _ => { };

    /// <summary>Where an aggregator stands in the queue for this node's time, see <see cref="QueuePosition"/>.</summary>
    public Func<PeerId, double> PriorityOf { get; init; } = _ => 1;

    /// <summary>How many jobs at once the node's stake stands for; 0 without one.</summary>
    public Func<uint> StakedJobs { get; init; } = () => 0;

    /// <summary>Says whether an offer pays; null where all work is free.</summary>
    public Func<Offer, PeerId, CancellationToken, Task<EarnerAnswer>>? Earn { get; init; }

    /// <summary>Shards computed since the start.</summary>
    public long ShardsServed => Interlocked.Read(ref _shards);

    /// <summary>Tokens generated for them.</summary>
    public long TokensServed => Interlocked.Read(ref _tokens);

    /// <summary>Serves a stream that a peer opened.</summary>
    public async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        await using var link = JobLink.Over(stream);
        if (!await ServeAsync(link, cancellationToken).ConfigureAwait(false))
        {
            stream.Reset();
        }
    }

    /// <summary>Serves this node itself, until its job closes the link.</summary>
    public void Serve(JobLink link) => _ = ServeOwnAsync(link);

    /// <summary>Serves a link until it ends; false if the peer broke the protocol.</summary>
    public async Task<bool> ServeAsync(JobLink link, CancellationToken cancellationToken)
    {
        (int taken, int places) = (_sessions.Count, Places);
        if (!QueuePosition.MayEnter(PriorityOf(link.Remote), taken, places))
        {
            string reason = taken < places
                ? $"this node works on {taken} jobs already, and keeps the other {places - taken} places for those who have "
                    + "a standing here"
                : $"this node works on {places} jobs already";
            await link.SendAsync(JobMessages.Decline(Reason.Busy, reason), cancellationToken).ConfigureAwait(false);
            await link.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        var session = new ProviderSession(_limits, link.Remote, _findEngine, () => _stopping, Earn is not null);
        using var driver = new ProviderDriver(link, _identity, _limits, session, _time, Served, _log)
        {
            SealReceipt = Seal,
            Acknowledged = fact => Acknowledged(fact),
            Earn = Earn,
        };
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token);
        var ended = new TaskCompletionSource();
        _sessions.TryAdd(driver, ended.Task);
        try
        {
            return await driver.RunAsync(linked.Token).ConfigureAwait(false);
        }
        finally
        {
            _sessions.TryRemove(driver, out _);
            ended.SetResult();
        }
    }

    /// <summary>Admits nothing more, hands over receipts for what is finished, and ends every session.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        await Task.WhenAll(_sessions.Keys.Select(s => s.StopAsync())).ConfigureAwait(false);
        await _stopped.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values).ConfigureAwait(false);
        _stopped.Dispose();
    }

    // It keeps itself among the sessions, which are awaited at the end.
    // A stake is something that others can take away: who has one never gets less for it.
    private int Places => (int)Math.Max(_limits.MaxSessions, Math.Min(StakedJobs(), (uint)_limits.MaxStakedSessions));

    private async Task ServeOwnAsync(JobLink link)
    {
        await using (link)
        {
            try
            {
                await ServeAsync(link, _stopped.Token).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The job is over, or the node stops.
            }
        }
    }

    private void Served(int tokens)
    {
        Interlocked.Increment(ref _shards);
        Interlocked.Add(ref _tokens, tokens);
    }
}
