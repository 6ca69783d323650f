namespace Infernet.Core.Api;

/// <summary>A channel or an escrow by which the node is paid. Amounts in the smallest unit.</summary>
public sealed record EarningChannelView
{
    public required string Address { get; init; }

    /// <summary>"channel" or "escrow".</summary>
    public string Kind { get; init; } = "channel";

    /// <summary>A peer id.</summary>
    public required string Payer { get; init; }

    /// <summary>The payer's wallet.</summary>
    public required string Wallet { get; init; }

    public required ulong Deposit { get; init; }

    /// <summary>What was paid out on the chain.</summary>
    public required ulong Settled { get; init; }

    /// <summary>What the best voucher says, from the beginning: what is above the settled is still to come.</summary>
    public required ulong Held { get; init; }

    public required DateTimeOffset Expiry { get; init; }

    /// <summary>When the payer, who asked to close, takes the rest; null if it has not asked.</summary>
    public DateTimeOffset? ReclaimAt { get; init; }

    /// <summary>"open", "closing" or "closed".</summary>
    public required string State { get; init; }
}
