using Infernet.Core.Identity;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>What the driver of a hearing is to do.</summary>
internal abstract record HearingAction
{
    /// <summary>Send the request to this auditor, which may be this node's own engine.</summary>
    public sealed record Ask(PeerId Auditor) : HearingAction;

    /// <summary>Everybody committed: ask this one to reveal.</summary>
    public sealed record AskReveal(PeerId Auditor) : HearingAction;

    /// <summary>The hearing is over.</summary>
    public sealed record Conclude(HearingResult Result) : HearingAction;
}
