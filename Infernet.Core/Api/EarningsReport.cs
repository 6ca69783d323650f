namespace Infernet.Core.Api;

/// <summary>What a node has earned. All amounts are in the smallest unit of what it is paid in.</summary>
public sealed record EarningsReport
{
    /// <summary>What the rows are by: "day", "model", "payer" or "kind".</summary>
    public required string By { get; init; }

    /// <summary>The wallet that earns.</summary>
    public required string Wallet { get; init; }

    /// <summary>What a whole is called.</summary>
    public required string Symbol { get; init; }

    /// <summary>A whole is 10 to this power of the smallest unit.</summary>
    public required int Decimals { get; init; }

    public required IReadOnlyList<EarningsRow> Rows { get; init; }

    public required EarningsRow Total { get; init; }

    /// <summary>What vouchers hold that is not on the chain yet.</summary>
    public required ulong Held { get; init; }

    /// <summary>This node's share of what was settled.</summary>
    public required ulong Received { get; init; }

    /// <summary>What treasury and platform got of what was settled, and what was burned.</summary>
    public required ulong ProtocolFees { get; init; }

    /// <summary>What settling has cost, in lamports.</summary>
    public required ulong NetworkFees { get; init; }

    public IReadOnlyList<EarningChannelView> Channels { get; init; } = [];

    /// <summary>The latest first.</summary>
    public IReadOnlyList<SettlementView> Settlements { get; init; } = [];

    /// <summary>What keeps vouchers from being settled; null when all is well.</summary>
    public string? Problem { get; init; }
}
