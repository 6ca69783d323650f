namespace Infernet.Core.Evidence;

/// <summary>What evidence may be at most: in bytes, in items and in days. Immutable.</summary>
public sealed record EvidenceLimits
{
    /// <summary>Largest fact, in bytes; a receipt's envelope has a limit of its own.</summary>
    public const int MaxSize = 128 << 10;

    /// <summary>Largest offer, in bytes.</summary>
    public const int MaxOffer = 8 << 10;

    /// <summary>Most items of a receipt whose audit can be shown to others.</summary>
    public const int MaxItems = 2_048;

    /// <summary>More tokens a second than any machine generates for one peer: whoever claims them has not.</summary>
    public const long MaxTokensPerSecond = 1_000_000;

    /// <summary>How old the work may be when one first hears of it; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How far another clock may be ahead.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(10);
}
