using Infernet.Core.Identity;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>What happens in a hearing.</summary>
internal abstract record HearingEvent
{
    /// <summary>An auditor committed to a verdict.</summary>
    public sealed record Committed(PeerId Auditor) : HearingEvent;

    /// <summary>An auditor's verdict is here, and it is one.</summary>
    public sealed record Testified(Testimony Testimony) : HearingEvent;

    /// <summary>An auditor won't judge this, or was not reached; who is busy may be asked again.</summary>
    public sealed record Declined(PeerId Auditor, bool Busy) : HearingEvent
    {
        /// <summary>Whether it said so itself.</summary>
        public bool Answered { get; init; }
    }

    /// <summary>An auditor broke the protocol, or its word.</summary>
    public sealed record Broke(PeerId Auditor) : HearingEvent;

    /// <summary>Time passed.</summary>
    public sealed record Tick : HearingEvent;
}
