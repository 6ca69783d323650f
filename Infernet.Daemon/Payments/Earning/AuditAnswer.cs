using Infernet.Core.Schemas;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What earning says to a request for an audit.</summary>
internal abstract record AuditAnswer
{
    /// <summary>Nothing is asked.</summary>
    public sealed record Free : AuditAnswer;

    /// <summary>It is paid; the account is its taker's to dispose of.</summary>
    public sealed record Paid(AuditAccount Account) : AuditAnswer;

    /// <summary>It is declined.</summary>
    public sealed record Refused(AuditDecline Decline) : AuditAnswer;
}
