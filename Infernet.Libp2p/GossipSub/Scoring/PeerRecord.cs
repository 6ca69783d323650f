using System.Net;

namespace Infernet.Libp2p.GossipSub.Scoring;

/// <summary>What one peer did, in all topics; kept for a while when it goes.</summary>
internal sealed class PeerRecord(PeerScoreOptions options)
{
    private readonly Dictionary<string, TopicCounters> _topics = new(StringComparer.Ordinal);
    private double _behaviour;

    /// <summary>The addresses by which co-location is counted; empty for exempt ones, and while disconnected.</summary>
    public IReadOnlyList<IPAddress> Networks { get; set; } = [];

    /// <summary>When a peer that has gone is forgotten; null while it is connected.</summary>
    public TimeSpan? ForgottenAt { get; set; }

    /// <summary>What the application said about the peer at the last decay.</summary>
    public double AppSpecific { get; set; }

    /// <summary>The peer's counters in a topic; null if the topic does not count.</summary>
    public TopicCounters? Topic(string topic)
    {
        if (!_topics.TryGetValue(topic, out TopicCounters? counters) && options.Of(topic) is { } parameters)
        {
            _topics.Add(topic, counters = new TopicCounters(parameters));
        }

        return counters;
    }

    /// <summary>P7.</summary>
    public void Penalise(int count) => _behaviour += count;

    public void LeaveMeshes()
    {
        foreach (TopicCounters counters in _topics.Values)
        {
            counters.Prune();
        }
    }

    public void Decay(TimeSpan now)
    {
        bool isConnected = ForgottenAt is null;
        foreach (TopicCounters counters in _topics.Values)
        {
            counters.Decay(now, options.DecayToZero, isConnected);
        }

        if (isConnected)
        {
            _behaviour = TopicCounters.Decayed(_behaviour, options.BehaviourPenaltyDecay, options.DecayToZero);
        }
    }

    /// <summary>The score without P6, which depends on the other peers.</summary>
    public double Score()
    {
        double topics = 0;
        foreach (TopicCounters counters in _topics.Values)
        {
            topics += counters.Score();
        }

        if (options.TopicScoreCap > 0)
        {
            topics = Math.Min(topics, options.TopicScoreCap);
        }

        return topics
            + (options.AppSpecificWeight * AppSpecific)
            + (options.BehaviourPenaltyWeight * _behaviour * _behaviour);
    }
}
