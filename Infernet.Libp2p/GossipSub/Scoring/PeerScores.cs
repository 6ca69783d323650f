using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Scoring;

/// <summary>
/// Every peer's score, from what this node saw of it: pure, with time given from outside.
/// Source: gossipsub v1.1, "The Score Function".
/// </summary>
internal sealed class PeerScores
{
    private readonly PeerScoreOptions _options;
    private readonly GossipSubLimits _limits;
    private readonly Dictionary<PeerId, PeerRecord> _peers = [];
    private readonly Queue<(PeerId Peer, TimeSpan ForgottenAt)> _gone = new();
    private readonly Colocation _colocation;
    private readonly ExpiringMap<MessageId, DeliveryRecord> _deliveries;
    private TimeSpan _lastDecay;

    public PeerScores(GossipSubOptions options)
    {
        (_options, _limits) = (options.Score, options.Limits);
        _colocation = new Colocation(_options);
        _deliveries = new ExpiringMap<MessageId, DeliveryRecord>(options.SeenTtl, _limits.MaxDeliveryRecords);
    }

    public ScoreThresholds Thresholds => _options.Thresholds;

    /// <summary>Peers that are known, those that have gone included.</summary>
    public int PeerCount => _peers.Count;

    public int DeliveryCount => _deliveries.Count;

    public double Of(PeerId peer) => _peers.TryGetValue(peer, out PeerRecord? record)
        ? record.Score() + _colocation.Score(record.Networks)
        : 0;

    public void Add(PeerId peer, IEnumerable<IPAddress> addresses)
    {
        if (!_peers.TryGetValue(peer, out PeerRecord? record))
        {
            _peers.Add(peer, record = new PeerRecord(_options));
        }

        record.ForgottenAt = null;
        record.AppSpecific = _options.AppSpecific?.Invoke(peer) ?? 0;
        record.Networks = _colocation.NetworksOf(addresses);
        _colocation.Add(peer, record.Networks);
    }

    /// <summary>The peer has gone; its score is remembered for a while.</summary>
    public void Remove(PeerId peer, TimeSpan now)
    {
        if (!_peers.TryGetValue(peer, out PeerRecord? record))
        {
            return;
        }

        _colocation.Remove(peer, record.Networks);
        record.Networks = [];
        record.LeaveMeshes();
        record.ForgottenAt = now + _options.RetainScore;
        _gone.Enqueue((peer, record.ForgottenAt.Value));
        ForgetGone(now);
    }

    public void Graft(PeerId peer, string topic, TimeSpan now) => Counters(peer, topic)?.Graft(now);

    public void Prune(PeerId peer, string topic) => Counters(peer, topic)?.Prune();

    public void Penalise(PeerId peer, int count)
    {
        if (_peers.TryGetValue(peer, out PeerRecord? record))
        {
            record.Penalise(count);
        }
    }

    /// <summary>P4 for a message that can be seen to be wrong without validation.</summary>
    public void CountInvalid(PeerId peer, string topic) => Counters(peer, topic)?.CountInvalid();

    /// <summary>A message came for the first time, and will be validated.</summary>
    public void BeginDelivery(PeerId peer, string topic, MessageId id, TimeSpan now)
    {
        var record = new DeliveryRecord(topic);
        record.Peers.Add(peer);
        _deliveries.TryAdd(id, record, now);
    }

    /// <summary>A message came once more.</summary>
    public void CountDuplicate(PeerId peer, MessageId id, TimeSpan now)
    {
        if (_deliveries.Find(id) is not { } record || !record.Peers.Add(peer))
        {
            return;
        }

        switch (record.State)
        {
            case DeliveryState.Accepted:
                Counters(peer, record.Topic)?.CountDuplicate(now - record.DecidedAt);
                break;
            case DeliveryState.Rejected:
                CountInvalid(peer, record.Topic);
                break;
        }
    }

    /// <summary>A message was validated; all that had sent it by then share the praise, or the blame.</summary>
    public void EndDelivery(PeerId first, string topic, MessageId id, MessageVerdict verdict, TimeSpan now)
    {
        IReadOnlyCollection<PeerId> senders = [first];
        if (_deliveries.Find(id) is { State: DeliveryState.Pending } record)
        {
            record.DecidedAt = now;
            record.State = verdict switch
            {
                MessageVerdict.Accept => DeliveryState.Accepted,
                MessageVerdict.Reject => DeliveryState.Rejected,
                _ => DeliveryState.Ignored,
            };
            senders = record.Peers;
        }

        foreach (PeerId sender in senders)
        {
            Count(sender, topic, verdict, sender == first);
        }
    }

    /// <summary>Lets time pass: decays once per interval since the last call, and forgets who is long gone.</summary>
    public void Refresh(TimeSpan now)
    {
        ForgetGone(now);
        _deliveries.RemoveExpired(now);
        while (now - _lastDecay >= _options.DecayInterval)
        {
            _lastDecay = now - _lastDecay > _options.RetainScore ? now : _lastDecay + _options.DecayInterval;
            foreach (PeerRecord record in _peers.Values)
            {
                record.Decay(now);
            }
        }

        if (_options.AppSpecific is { } judge)
        {
            foreach ((PeerId peer, PeerRecord record) in _peers.Where(p => p.Value.ForgottenAt is null))
            {
                record.AppSpecific = judge(peer);
            }
        }
    }

    private void Count(PeerId sender, string topic, MessageVerdict verdict, bool isFirst)
    {
        switch (verdict)
        {
            case MessageVerdict.Accept when isFirst:
                Counters(sender, topic)?.CountFirstDelivery();
                break;
            case MessageVerdict.Accept:
                Counters(sender, topic)?.CountDuplicate(sinceValidated: null);
                break;
            case MessageVerdict.Reject:
                CountInvalid(sender, topic);
                break;
        }
    }

    private TopicCounters? Counters(PeerId peer, string topic) =>
        _peers.TryGetValue(peer, out PeerRecord? record) ? record.Topic(topic) : null;

    // A peer that came back, or went again, has an entry that no longer says when it is to be forgotten.
    private void ForgetGone(TimeSpan now)
    {
        while (_gone.TryPeek(out (PeerId Peer, TimeSpan ForgottenAt) oldest)
            && (oldest.ForgottenAt <= now || _gone.Count > _limits.MaxRetainedScores))
        {
            _gone.Dequeue();
            if (_peers.TryGetValue(oldest.Peer, out PeerRecord? record) && record.ForgottenAt == oldest.ForgottenAt)
            {
                _peers.Remove(oldest.Peer);
            }
        }
    }
}
