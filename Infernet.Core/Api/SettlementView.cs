namespace Infernet.Core.Api;

/// <summary>A payment that a channel made on the chain. Amounts in the smallest unit of what the node is paid in.</summary>
public sealed record SettlementView
{
    /// <summary>The channel's address.</summary>
    public required string Channel { get; init; }

    /// <summary>Who paid: a peer id.</summary>
    public required string Payer { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What left the channel: what was received and the protocol's fees.</summary>
    public required ulong Amount { get; init; }

    /// <summary>What this node got.</summary>
    public required ulong Received { get; init; }

    /// <summary>What treasury and platform got, and what was burned.</summary>
    public required ulong ProtocolFees { get; init; }

    /// <summary>What the transaction cost this node, in lamports; 0 if somebody else sent it.</summary>
    public ulong NetworkFee { get; init; }

    /// <summary>The transaction's id; null if somebody else sent it.</summary>
    public string? Transaction { get; init; }
}
