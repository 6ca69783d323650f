using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Paying;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>Answers that are to be judged, and whose they are: the latter is told to nobody who judges.</summary>
internal sealed record AuditCase
{
    public required PeerId Provider { get; init; }

    public required Cid Model { get; init; }

    public required AuditRequest Request { get; init; }

    /// <summary>Whether it is left from before the node's start, so that auditors may have to be found again first.</summary>
    public bool IsLeftOver { get; init; }

    /// <summary>When the answers came: no verdict on them can be older.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>What judging it may cost; null for nothing.</summary>
    public AuditAllowance? Allowance { get; init; }

    /// <summary>Out of what it is paid; null if nothing is.</summary>
    public IAuditFunds? Funds { get; init; }

    /// <summary>What the counts of a verdict on it come to. Which calibration applies is not for the provider to say.</summary>
    public ShardFinding Find(Verdict verdict) => ShardJudgement.Of(
        [.. Request.Items.Select(item => ContentKey.Of(Request.ModelRoot.Span, ItemReceiptHash.ContentOf(item.Receipt)))],
        verdict.Items, Request.Kind, Request.Exact,
        AuditCalibrations.Shipped.For(Request.ModelRoot.Span, verdict.Engine.Weights));
}
