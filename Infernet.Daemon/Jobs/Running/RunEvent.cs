using Infernet.Core.Identity;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What the parts of a running job tell its loop.</summary>
internal abstract record RunEvent
{
    /// <summary>Something for the dispatcher, with what the shard brought if it brought something.</summary>
    public sealed record Happened(DispatchEvent Event, ProviderConnection? From = null, Delivery? Delivery = null)
        : RunEvent;

    /// <summary>A provider did not take the job, or could not be offered a payment.</summary>
    public sealed record Declined(PeerId Peer, string Reason, PaymentException? Unfunded = null) : RunEvent;

    /// <summary>A provider lets more be unpaid than before.</summary>
    public sealed record CreditRaised(ProviderConnection From, ulong Credit) : RunEvent;

    /// <summary>A provider's connection ended, and all that it had to say was said.</summary>
    public sealed record Ended(ProviderConnection Connection) : RunEvent;

    /// <summary>
    /// What a shard brought is durable, or could not be written; perhaps it is to be audited, or was paid along with it.
    /// </summary>
    public sealed record Journaled(
        DispatchAction.EndAttempt Attempt, Delivery? Delivery, AuditOrder? Audit, ProviderConnection? From,
        Exception? Failure, Decided? Payment = null) : RunEvent;

    /// <summary>An audit was heard.</summary>
    public sealed record Heard(string Key, HearingResult Result) : RunEvent;

    /// <summary>What an audit came to is durable, with what was taken back; or it could not be written.</summary>
    public sealed record Ruled(AuditRuling Ruling, IReadOnlyList<RemovedOutput> Removed, Exception? Failure) : RunEvent;

    /// <summary>
    /// What was decided about a shard is durable: it is paid, or withheld, or in part each; or that could not be.
    /// </summary>
    public sealed record Decided(
        DueShard Shard, Core.Schemas.Payment? Payment, ulong Withheld, string Reason, Exception? Failure) : RunEvent;

    /// <summary>A part of the job failed in a way that it must not.</summary>
    public sealed record Defect(Exception Failure) : RunEvent;

    /// <summary>The journal can't be written: nothing may go on.</summary>
    public sealed record Broken(Exception Failure) : RunEvent;

    /// <summary>Votes of redundant work were counted.</summary>
    public sealed record Counted(CountedVotes Votes) : RunEvent;

    /// <summary>Here are nodes that could work on the job.</summary>
    public sealed record Matched(Matching.Match Match) : RunEvent;
}
