namespace Infernet.Core.Api;

/// <summary>An amount that waits for the committee's word. In the smallest unit of <see cref="Asset"/>.</summary>
public sealed record EscrowView
{
    public required string Address { get; init; }

    /// <summary>"payer" or "payee": which of the two this node's wallet is; "other" if neither.</summary>
    public required string Role { get; init; }

    public required string Payer { get; init; }

    public required string Payee { get; init; }

    public required AssetView Asset { get; init; }

    /// <summary>32 bytes that name the job, in hex.</summary>
    public required string Job { get; init; }

    /// <summary>"opening" (not on the chain yet), "open", "expired" (it may be given back) or "closed".</summary>
    public required string State { get; init; }

    public required ulong Amount { get; init; }

    public required DateTimeOffset Expiry { get; init; }

    /// <summary>Part of what an attestation names.</summary>
    public ulong OpenedSlot { get; init; }
}
