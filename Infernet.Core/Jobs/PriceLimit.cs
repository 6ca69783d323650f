namespace Infernet.Core.Jobs;

/// <summary>
/// Highest prices of a million tokens, as amounts' texts: what they come to depends on what the node pays in. Null is no
/// limit.
/// </summary>
public sealed record PriceLimit
{
    /// <summary>Of a million tokens of prompts.</summary>
    public string? Input { get; init; }

    /// <summary>Of a million tokens of answers.</summary>
    public string? Output { get; init; }
}
