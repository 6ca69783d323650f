namespace Infernet.Execution.Generation;

/// <summary>
/// How tokens are drawn from a model's logits: top-k, then top-p, then min-p, then the temperature. Together with the
/// position this decides each token completely, so that an auditor can draw again (see <c>TokenSampler</c>).
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Takes the likeliest token, the lowest id among equals.</summary>
    public static SamplingOptions Greedy { get; } = new();

    /// <summary>0 is greedy; higher is more varied. At most <see cref="MaxTemperature"/>.</summary>
    public float Temperature { get; init; }

    /// <summary>Draw among the k likeliest tokens; 0 is off.</summary>
    public int TopK { get; init; }

    /// <summary>Draw among the likeliest tokens that together hold this probability; 1 is off.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Drop tokens less likely than this share of the likeliest one; 0 is off.</summary>
    public float MinP { get; init; }

    /// <summary>The seed of the draws.</summary>
    public ulong Seed { get; init; }

    internal const float MaxTemperature = 100;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InvalidRequestException">A value is out of its range; says which, and the range.</exception>
    internal void Validate()
    {
        Require(Temperature is >= 0 and <= MaxTemperature, "temperature", $"0 to {MaxTemperature}", Temperature);
        Require(TopK >= 0, "top_k", "0 or more", TopK);
        Require(TopP is > 0 and <= 1, "top_p", "above 0, at most 1", TopP);
        Require(MinP is >= 0 and <= 1, "min_p", "0 to 1", MinP);
    }

    private static void Require<T>(bool holds, string field, string range, T value)
    {
        if (!holds)
        {
            throw new InvalidRequestException($"{field} is {value}; it must be {range}.");
        }
    }
}
