using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>What happens to a job that is being dispatched.</summary>
internal abstract record DispatchEvent
{
    /// <summary>A provider accepted the offer, before or while the job runs.</summary>
    /// <param name="Peer">Who.</param>
    /// <param name="MaxItems">Most items that it takes at a time.</param>
    /// <param name="Slots">How many it computes at a time.</param>
    /// <param name="ItemsPerSecond">What its advert lets one expect; corrected by what is seen.</param>
    /// <param name="SilenceTimeout">How long it may have work and send nothing before it is given up.</param>
    /// <param name="CreditTokens">
    /// Most tokens that may be out at it, one item always excepted; null for no limit. Its standing decides.
    /// </param>
    /// <param name="Group">The network that it is in, which copies of one item should not share; null if unknown.</param>
    /// <param name="Paid">On what terms it is paid; null if it is not.</param>
    public sealed record ProviderJoined(
        PeerId Peer, int MaxItems, int Slots, double ItemsPerSecond, TimeSpan SilenceTimeout,
        long? CreditTokens = null, string? Group = null, PurseTerms? Paid = null) : DispatchEvent;

    /// <summary>
    /// What may be out at a paid provider is another than before. Tell of it before the <see cref="ShardDelivered"/>
    /// that it follows from, or what the shard costs would be given out twice.
    /// </summary>
    public sealed record FundsChanged(PeerId Peer, Funds Funds) : DispatchEvent;

    /// <summary>
    /// Whether money is left for anything that is not out yet: without, the job ends as soon as nothing is out and
    /// nothing is judged any more. Null if there is; a sentence if not.
    /// </summary>
    public sealed record FundsSpent(string? Reason) : DispatchEvent;

    /// <summary>A provider's credit is another than before.</summary>
    public sealed record CreditChanged(PeerId Peer, long? CreditTokens) : DispatchEvent;

    /// <summary>A provider's stream ended; one that broke the protocol is not used for this job any more.</summary>
    public sealed record ProviderLost(PeerId Peer, string Reason, bool Misbehaved) : DispatchEvent;

    /// <summary>One output came; it counts once the receipt covers it.</summary>
    /// <param name="Peer">From whom.</param>
    /// <param name="Attempt">Of which attempt.</param>
    /// <param name="Took">What it took; null if that was not said.</param>
    public sealed record ItemArrived(PeerId Peer, AttemptId Attempt, ItemUsage? Took = null) : DispatchEvent;

    /// <summary>An attempt ended with a receipt that was checked and found right.</summary>
    public sealed record ShardDelivered(PeerId Peer, AttemptId Attempt, IReadOnlyList<DeliveredItem> Items)
        : DispatchEvent;

    /// <summary>The provider gave an attempt up.</summary>
    public sealed record ShardFailed(PeerId Peer, AttemptId Attempt, string Reason) : DispatchEvent;

    /// <summary>A receipt was wrong: its provider is not used for this job any more.</summary>
    public sealed record ReceiptRejected(PeerId Peer, AttemptId Attempt, string Reason) : DispatchEvent;

    /// <summary>
    /// Accepted answers of a provider turned out to be wrong: their items are open again and go elsewhere if they can.
    /// That costs the submitter nothing: the tokens are given back, and no attempt is counted. Answers that are not
    /// this provider's (any more) stay. Of redundant work only this provider's copy is open again.
    /// </summary>
    public sealed record ItemsRejected(PeerId Peer, IReadOnlyList<DeliveredItem> Items, string Reason, bool Banned)
        : DispatchEvent;

    /// <summary>The answers to these items disagree: one more peer is to give one to each.</summary>
    public sealed record CopiesWanted(IReadOnlyList<int> Items) : DispatchEvent;

    /// <summary>What is still missing of these items' copies is not needed any more.</summary>
    public sealed record CopiesWaived(IReadOnlyList<int> Items) : DispatchEvent;

    /// <summary>
    /// So many judgements may still reject accepted answers: the job is not done before there are none. Tell of one
    /// before the <see cref="ShardDelivered"/> that it is about.
    /// </summary>
    public sealed record AuditsPending(int Count) : DispatchEvent;

    /// <summary>The submitter wants it to end.</summary>
    public sealed record CancelRequested : DispatchEvent;

    /// <summary>Time passed.</summary>
    public sealed record Tick : DispatchEvent;
}
