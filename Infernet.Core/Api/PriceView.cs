namespace Infernet.Core.Api;

/// <summary>What a node asks, in the smallest unit of what it is paid in.</summary>
public sealed record PriceView
{
    /// <summary>The mint's address; empty for lamports.</summary>
    public required string Mint { get; init; }

    /// <summary>What a whole is called.</summary>
    public required string Symbol { get; init; }

    /// <summary>A whole is 10 to this power of the smallest unit.</summary>
    public required int Decimals { get; init; }

    public required ulong InputPerMillionTokens { get; init; }

    public required ulong OutputPerMillionTokens { get; init; }

    public required ulong EnginePerHour { get; init; }

    public required ulong ContainerPerHour { get; init; }

    /// <summary>"settings", or "set" if the owner set them since.</summary>
    public required string Origin { get; init; }

    /// <summary>When the owner set them.</summary>
    public DateTimeOffset? SetAt { get; init; }
}
