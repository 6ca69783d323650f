using Infernet.Core.Reputation;
using Infernet.Libp2p.GossipSub;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// Evidence on GossipSub: what is heard on the topic is checked before it is passed on, and only provable faults are
/// held against whoever passed it on. Says, too, what a peer's standing means for its score there.
/// </summary>
internal static class EvidenceTopic
{
    public const string Name = "infernet/verdicts/1";

    /// <summary>Beyond the graylist's threshold: whoever was convicted is not listened to.</summary>
    private const double Convicted = -100;

    private const double Best = 10;

    /// <summary>Listens until the subscription is disposed of.</summary>
    public static TopicSubscription Subscribe(GossipSub gossip, ReputationService reputation) =>
        gossip.Subscribe(
            Name,
            async (message, cancellationToken) => Verdict(
                await reputation.ReceiveAsync(message.Data, message.From, cancellationToken).ConfigureAwait(false)));

    /// <summary>The application's part in a peer's score (P5).</summary>
    public static double ScoreOf(PeerStanding standing) => standing.IsExcluded ? Convicted : Best * standing.Score;

    private static MessageVerdict Verdict(EvidenceReception reception) => reception.Outcome switch
    {
        EvidenceOutcome.Accepted => MessageVerdict.Accept,
        EvidenceOutcome.Rejected => MessageVerdict.Reject,
        _ => MessageVerdict.Ignore,
    };
}
