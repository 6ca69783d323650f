namespace Infernet.Core.Api;

/// <summary>
/// An amount that waits for the committee's word. In the smallest unit of <see cref="ContractView.Asset"/>.
/// </summary>
public sealed record EscrowView : ContractView
{
    public required string Payer { get; init; }

    public required string Payee { get; init; }

    /// <summary>32 bytes that name the job, in hex.</summary>
    public required string Job { get; init; }

    public required ulong Amount { get; init; }

    public required DateTimeOffset Expiry { get; init; }

    /// <summary>What vouchers of this node promise of it; null if it was not opened for a job of this node.</summary>
    public ulong? Promised { get; init; }

    /// <summary>Part of what an attestation names.</summary>
    public ulong OpenedSlot { get; init; }
}
