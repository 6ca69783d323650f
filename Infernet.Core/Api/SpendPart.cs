namespace Infernet.Core.Api;

/// <summary>What leaves the wallet in one asset, and what it has of it before and after.</summary>
public sealed record SpendPart
{
    public required AssetView Asset { get; init; }

    /// <summary>At most so much, in the smallest unit; in lamports, fee and rent are part of it.</summary>
    public required ulong Amount { get; init; }

    /// <summary>What the wallet has of it.</summary>
    public required ulong Balance { get; init; }

    /// <summary>What the wallet has afterwards; absent while it is only asked for.</summary>
    public ulong? BalanceAfter { get; init; }
}
