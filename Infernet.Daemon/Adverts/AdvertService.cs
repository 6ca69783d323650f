using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Dht;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// Speaks for this node and listens to the others: serves, gossips and publishes its own advert, and asks each peer
/// that connects for its advert. What it learns is in <see cref="Directory"/>.
/// </summary>
internal sealed partial class AdvertService : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly KademliaDht _dht;
    private readonly OwnAdvert _own;
    private readonly AdvertOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<PeerId> _met;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stopping = new();
    private readonly AdvertGossip _gossip;
    private readonly Task _running;

    public AdvertService(
        Libp2pHost host, KademliaDht dht, GossipSub gossip, OwnAdvert own, AdvertOptions options, TimeProvider time,
        ILogger log)
    {
        (_host, _dht, _own, _options, _time, _log) = (host, dht, own, options, time, log);
        Directory = new AdvertDirectory(time);
        _met = Channel.CreateBounded<PeerId>(
            new BoundedChannelOptions(options.MaxWaitingPeers) { FullMode = BoundedChannelFullMode.DropWrite });
        AdvertProtocol.Serve(host, own.Current);
        _gossip = new AdvertGossip(gossip, own, Learn, options, time);
        host.PeerIdentified += OnPeerIdentified;
        _running = Task.WhenAll(
            [PublishAsync(_stopping.Token), .. Enumerable.Range(0, options.MaxConcurrentRequests).Select(_ => AskAsync())]);
    }

    /// <summary>What others offer.</summary>
    public AdvertDirectory Directory { get; }

    /// <summary>Something about this node changed: its advert goes out again soon.</summary>
    public void Touch() => _changes.Writer.TryWrite(true);

    /// <summary>
    /// Asks a peer for its advert as it is now; null if it gives none, and then nobody should count on it.
    /// </summary>
    public async Task<VerifiedAdvert?> RefreshAsync(PeerId peer, CancellationToken cancellationToken)
    {
        try
        {
            VerifiedAdvert advert = await AdvertProtocol
                .FetchAsync(_host, peer, _time, cancellationToken).ConfigureAwait(false);
            Learn(advert);
            return advert.Contents.Leaving ? null : advert;
        }
        catch (Exception failed) when (failed is IOException or TimeoutException)
        {
            LogNoAdvert(peer, failed.Message);
            return null;
        }
    }

    /// <summary>
    /// Asks the connected peers, at most <see cref="AdvertOptions.MaxRefreshes"/> of them, what they offer now.
    /// </summary>
    public Task RefreshConnectedAsync(IReadOnlySet<PeerId> except, CancellationToken cancellationToken) =>
        Task.WhenAll(_host.ConnectedPeers
            .Where(p => !except.Contains(p) && _host.Peers.ProtocolsOf(p).Contains(AdvertProtocol.Id))
            .Take(_options.MaxRefreshes)
            .Select(p => RefreshAsync(p, cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        _host.PeerIdentified -= OnPeerIdentified;
        _met.Writer.TryComplete();
        await _gossip.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    // False if a newer advert is known, or there is no room.
    private bool Learn(VerifiedAdvert advert)
    {
        bool isNew = Directory.Offer(advert);
        if (isNew)
        {
            _host.Peers.AddAddresses(advert.Peer, advert.Addresses);
        }

        return isNew;
    }

    private void OnPeerIdentified(PeerId peer)
    {
        if (_host.Peers.ProtocolsOf(peer).Contains(AdvertProtocol.Id))
        {
            _met.Writer.TryWrite(peer);
        }
    }

    private async Task AskAsync()
    {
        await foreach (PeerId peer in _met.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
        {
            await RefreshAsync(peer, _stopping.Token).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitForChangeAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await _dht.PutValueAsync(AdvertValidator.Key(_host.Id), _own.Current(), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is IOException or TimeoutException)
            {
                // Nobody may be there yet; the next renewal tries again.
                LogNotPublished(failed.Message);
            }
        }
    }

    // Returns after a change, a little later so that changes gather, or when it is time to renew.
    private async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        using var renewal = new CancellationTokenSource(_options.RenewalInterval, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(renewal.Token, cancellationToken);
        try
        {
            await _changes.Reader.ReadAsync(linked.Token).ConfigureAwait(false);
            await Task.Delay(_options.Debounce, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time to renew.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No advert from {Peer}: {Reason}")]
    private partial void LogNoAdvert(PeerId peer, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The advert was not published: {Reason}")]
    private partial void LogNotPublished(string reason);
}
