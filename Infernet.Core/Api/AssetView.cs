namespace Infernet.Core.Api;

/// <summary>What an amount is of. Amounts beside it are in the smallest unit.</summary>
public sealed record AssetView
{
    /// <summary>The mint's address in base58; absent for lamports.</summary>
    public string? Mint { get; init; }

    /// <summary>"SOL", or the mint cut short.</summary>
    public required string Symbol { get; init; }

    /// <summary>One whole is 10 to this power of the smallest unit.</summary>
    public required int Decimals { get; init; }
}
