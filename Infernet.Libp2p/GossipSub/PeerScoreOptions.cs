using System.Net;
using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub;

/// <summary>
/// How this node judges its peers by what it sees of them; nobody is told. Immutable.
/// Source: gossipsub v1.1, "Peer Scoring".
/// </summary>
public sealed record PeerScoreOptions
{
    public ScoreThresholds Thresholds { get; init; } = new();

    /// <summary>Parameters by topic, where they differ from <see cref="DefaultTopic"/>.</summary>
    public IReadOnlyDictionary<string, TopicScoreOptions> Topics { get; init; } =
        new Dictionary<string, TopicScoreOptions>();

    /// <summary>For the topics that are not listed; null leaves them out of the score.</summary>
    public TopicScoreOptions? DefaultTopic { get; init; } = new();

    /// <summary>
    /// The most that all topics together can add to a score; 0 for no limit. With the default, no zeal in any topic
    /// makes up for what the application says of a convicted peer.
    /// </summary>
    public double TopicScoreCap { get; init; } = 15;

    /// <summary>
    /// P5: what the application thinks of a peer, asked for once per decay interval; must be quick and thread-safe.
    /// </summary>
    public Func<PeerId, double>? AppSpecific { get; init; }

    public double AppSpecificWeight { get; init; } = 1;

    /// <summary>P6: peers at one address (IPv6: at one /64) beyond the threshold count squared.</summary>
    public double IpColocationWeight { get; init; } = -5;

    public int IpColocationThreshold { get; init; } = 10;

    /// <summary>Networks whose addresses say nothing about who is who; loopback by default.</summary>
    public IReadOnlyList<IPNetwork> IpColocationExempt { get; init; } =
        [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>
    /// P7: broken promises, early GRAFTs, and RPCs that break the protocol, squared: the ninth silences the peer for
    /// a while.
    /// </summary>
    public double BehaviourPenaltyWeight { get; init; } = -1;

    public double BehaviourPenaltyDecay { get; init; } = 0.99;

    public TimeSpan DecayInterval { get; init; } = TimeSpan.FromSeconds(1);

    public double DecayToZero { get; init; } = 0.01;

    /// <summary>How long a peer that has gone is remembered.</summary>
    public TimeSpan RetainScore { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The parameters of a topic; null if it does not count.</summary>
    internal TopicScoreOptions? Of(string topic) => Topics.GetValueOrDefault(topic) ?? DefaultTopic;

    internal void Validate()
    {
        Thresholds.Validate();
        DefaultTopic?.Validate();
        foreach (TopicScoreOptions topic in Topics.Values)
        {
            topic.Validate();
        }

        ArgumentOutOfRangeException.ThrowIfNegative(TopicScoreCap);
        ArgumentOutOfRangeException.ThrowIfNegative(AppSpecificWeight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(IpColocationWeight, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(IpColocationThreshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BehaviourPenaltyWeight, 0);
        ValidateDecay(BehaviourPenaltyDecay);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DecayInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(DecayToZero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetainScore, TimeSpan.Zero);
    }

    /// <summary>A decay factor lies between 0 and 1, both excluded.</summary>
    internal static void ValidateDecay(double decay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(decay, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(decay, 1);
    }
}
