namespace Infernet.Core.Jobs;

/// <summary>How tokens are drawn. The same seed on the same engine draws the same tokens.</summary>
public sealed record SamplingSpecification
{
    /// <summary>0 to 2; 0 always takes the likeliest token.</summary>
    public float Temperature { get; init; }

    /// <summary>Draw among the k likeliest tokens; 0 is off.</summary>
    public int TopK { get; init; }

    /// <summary>Draw among the likeliest tokens that together hold this probability; 1 is off.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Drop tokens less likely than this share of the likeliest one; 0 is off.</summary>
    public float MinP { get; init; }

    /// <summary>The seed that all inputs share; null lets every provider get another.</summary>
    public ulong? Seed { get; init; } = 0;

    /// <summary>Most tokens to generate for one input.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Texts that end the output; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];
}
