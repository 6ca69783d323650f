using Infernet.Core.Schemas;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What earning says to an offer.</summary>
internal abstract record EarnerAnswer
{
    /// <summary>Nothing is asked and nothing offered.</summary>
    public sealed record Free : EarnerAnswer;

    /// <summary>It is paid; the account is its taker's to dispose of.</summary>
    public sealed record Paid(PayerAccount Account) : EarnerAnswer;

    /// <summary>It is declined.</summary>
    public sealed record Refused(Decline Decline) : EarnerAnswer;
}
