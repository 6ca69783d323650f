namespace Infernet.Core.Api;

/// <summary>What an address has on the cluster of the settings.</summary>
public sealed record WalletBalance
{
    public required string Address { get; init; }

    /// <summary>Which cluster was asked.</summary>
    public required string Genesis { get; init; }

    public required ulong Lamports { get; init; }

    /// <summary>What is paid in: "SOL", or the mint cut short.</summary>
    public required string Symbol { get; init; }

    public required int Decimals { get; init; }

    /// <summary>The mint of what is paid in; null for lamports.</summary>
    public string? Mint { get; init; }

    /// <summary>What the address has of it, in the smallest unit; for SOL the same as the lamports.</summary>
    public required ulong Amount { get; init; }
}
