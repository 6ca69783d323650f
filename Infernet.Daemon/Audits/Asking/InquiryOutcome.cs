using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>Where a question to one auditor stands after a message of it.</summary>
internal abstract record InquiryOutcome
{
    /// <summary>It committed to a verdict; ask for the reveal when all others have.</summary>
    public sealed record Committed : InquiryOutcome;

    /// <summary>It revealed what it had committed to, and that is a verdict on the request.</summary>
    public sealed record Answered(byte[] Envelope, Verdict Verdict) : InquiryOutcome;

    /// <summary>It does not judge this; ask again later only if it is busy.</summary>
    public sealed record Declined(string Reason, bool Busy) : InquiryOutcome;

    /// <summary>It broke the protocol, or its word.</summary>
    public sealed record Broken(string Reason) : InquiryOutcome;
}
