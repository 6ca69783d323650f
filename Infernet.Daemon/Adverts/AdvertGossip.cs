using Infernet.Libp2p.GossipSub;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// Adverts on the topic <c>infernet/adverts/1</c>: a change of load, models or addresses reaches everybody within a
/// second, and so does a departure. Each advert is checked before it is forwarded; only its own peer may publish it.
/// </summary>
internal sealed class AdvertGossip : IAsyncDisposable
{
    public const string Topic = "infernet/adverts/1";

    private readonly GossipSub _gossip;
    private readonly OwnAdvert _own;
    private readonly Func<VerifiedAdvert, bool> _learn;
    private readonly AdvertOptions _options;
    private readonly TimeProvider _time;
    private readonly AdvertPace _pace;
    private readonly TopicSubscription _subscription;

    // Has no timer and no wait handle, so nothing to dispose; a second disposal may still ask it.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _publishing;
    private ReadOnlyMemory<byte> _published;

    /// <param name="gossip">Carries the adverts.</param>
    /// <param name="own">What this node says of itself.</param>
    /// <param name="learn">Takes in what others say; false if something newer is known.</param>
    /// <param name="options">How often.</param>
    /// <param name="time">The clock.</param>
    public AdvertGossip(
        GossipSub gossip, OwnAdvert own, Func<VerifiedAdvert, bool> learn, AdvertOptions options, TimeProvider time)
    {
        (_gossip, _own, _learn, _options, _time) = (gossip, own, learn, options, time);
        _pace = new AdvertPace(options.MaxGossipedPerSecond);
        _subscription = gossip.Subscribe(Topic, (message, _) => ValueTask.FromResult(Judge(message)));
        _publishing = PublishAsync();
    }

    /// <summary>Says that this node goes, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _publishing.ConfigureAwait(false);
        _own.Leave();
        await _gossip.PublishAsync(Topic, _own.Current(), CancellationToken.None).ConfigureAwait(false);
        await _subscription.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Checks an advert and takes it in.</summary>
    internal MessageVerdict Judge(GossipMessage message)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (!AdvertEnvelope.TryOpen(message.Data, now, out VerifiedAdvert advert, out _, out bool isUntimely))
        {
            return isUntimely ? MessageVerdict.Ignore : MessageVerdict.Reject;
        }

        // Whoever hands on adverts of others would have them all travel again and again.
        if (advert.Peer != message.From)
        {
            return MessageVerdict.Reject;
        }

        return _pace.Allows(advert.Peer, now) && _learn(advert) ? MessageVerdict.Accept : MessageVerdict.Ignore;
    }

    // Load has no event of its own; looking costs little, and the advert is signed only when something changed.
    private async Task PublishAsync()
    {
        using var timer = new PeriodicTimer(_options.GossipInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                ReadOnlyMemory<byte> current = _own.Current();
                if (!current.Equals(_published))
                {
                    _published = current;
                    await _gossip.PublishAsync(Topic, current, _stopping.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }
}
