namespace Infernet.Core.Api;

/// <summary>What stands on the chain between two wallets: a lease, or an escrow.</summary>
public abstract record ContractView
{
    public required string Address { get; init; }

    /// <summary>
    /// Which of the two sides this node's wallet is: "renter" or "provider", "payer" or "payee"; "other" if neither.
    /// </summary>
    public required string Role { get; init; }

    /// <summary>
    /// "opening" (not on the chain yet); a lease is "running" or "ended" (its time is over; something may be left to pay
    /// out), an escrow "open" or "expired" (it may be given back); "closed".
    /// </summary>
    public required string State { get; init; }

    public required AssetView Asset { get; init; }
}
