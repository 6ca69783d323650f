using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>What the driver is to do next.</summary>
internal abstract record DispatchAction
{
    /// <summary>Send these items to the provider.</summary>
    public sealed record SendShard(PeerId Peer, AttemptId Attempt, IReadOnlyList<int> Items) : DispatchAction;

    /// <summary>Ask the provider to stop; it still sends a receipt for what it finished.</summary>
    public sealed record CancelAttempt(PeerId Peer, AttemptId Attempt) : DispatchAction;

    /// <summary>
    /// Journal how an attempt ended, with the outputs of the accepted items: those that had none before.
    /// </summary>
    public sealed record EndAttempt(
        PeerId Peer, AttemptId Attempt, int Items, AttemptOutcome Outcome, string? Reason, IReadOnlyList<int> Accepted)
        : DispatchAction;

    /// <summary>Hang up on a provider that is not to be used for this job any more.</summary>
    public sealed record DropProvider(PeerId Peer, string Reason, bool Banned) : DispatchAction;

    /// <summary>
    /// Of redundant work: something is missing that none of those who are there may bring. The job waits for others
    /// for a while; votes that can be decided without had better be.
    /// </summary>
    public sealed record Stalled : DispatchAction;

    /// <summary>The job is over.</summary>
    public sealed record Finish(DispatchOutcome Outcome, IReadOnlyList<string> Details) : DispatchAction;
}
