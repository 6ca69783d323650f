namespace Infernet.Core.Api;

/// <summary>A channel by which this node pays. Amounts in the smallest unit of the asset.</summary>
public sealed record ChannelView
{
    /// <summary>On the chain.</summary>
    public required string Address { get; init; }

    /// <summary>The provider.</summary>
    public required string PeerId { get; init; }

    /// <summary>Where the provider is paid.</summary>
    public required string Payee { get; init; }

    /// <summary>"opening", "open", "closing", "closed" or "failed".</summary>
    public required string State { get; init; }

    public required string Symbol { get; init; }

    public required int Decimals { get; init; }

    /// <summary>Everything paid in.</summary>
    public required ulong Deposit { get; init; }

    /// <summary>What vouchers promise in all.</summary>
    public required ulong Promised { get; init; }

    /// <summary>The best voucher that the provider said it holds.</summary>
    public required ulong Held { get; init; }

    /// <summary>What running jobs may still pay by it.</summary>
    public required ulong Reserved { get; init; }

    public required DateTimeOffset Expiry { get; init; }

    /// <summary>When the rest comes back, once it was asked for.</summary>
    public DateTimeOffset? ReclaimAt { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When a job last paid by it.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? Note { get; init; }
}
