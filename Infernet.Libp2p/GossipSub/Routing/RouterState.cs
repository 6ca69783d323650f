using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Scoring;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>What the parts of the router share.</summary>
internal sealed class RouterState(PeerId self, GossipSubOptions options, TimeProvider time, Random random)
{
    private readonly long _start = time.GetTimestamp();

    public PeerId Self => self;

    public GossipSubOptions Options => options;

    public GossipSubLimits Limits => options.Limits;

    public Random Random => random;

    /// <summary>The time since the start.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start);

    public Dictionary<PeerId, RouterPeer> Peers { get; } = [];

    public Dictionary<string, TopicState> Topics { get; } = new(StringComparer.Ordinal);

    public PeerScores Scores { get; } = new(options);

    public Backoffs Backoffs { get; } = new(options.Limits.MaxBackoffs);

    public RouterOutput Output { get; } = new();

    /// <summary>Counts the peers that came into a mesh.</summary>
    public long Grafts { get; set; }

    public double ScoreOf(RouterPeer peer) => Scores.Of(peer.Id);

    /// <summary>v1.1, "PublishThreshold": below it a peer gets no messages, but in the mesh.</summary>
    public bool MayPublishTo(RouterPeer peer) => ScoreOf(peer) >= Scores.Thresholds.Publish;

    /// <summary>The topic, made known if it was not.</summary>
    public TopicState Topic(string name)
    {
        if (!Topics.TryGetValue(name, out TopicState? topic))
        {
            Topics.Add(name, topic = new TopicState(name, Limits));
        }

        return topic;
    }

    public void ForgetIfUnused(TopicState topic)
    {
        if (topic.IsUnused)
        {
            Topics.Remove(topic.Name);
        }
    }

    /// <summary>So many of the peers, drawn at random.</summary>
    public RouterPeer[] Draw(IEnumerable<RouterPeer> peers, int count)
    {
        RouterPeer[] drawn = [.. peers];
        random.Shuffle(drawn);
        return drawn.Length > count ? drawn[..Math.Max(count, 0)] : drawn;
    }
}
