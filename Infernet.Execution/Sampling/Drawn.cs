namespace Infernet.Execution.Sampling;

/// <summary>
/// The token with the largest perturbed logit so far, and how large the second largest is. In whatever order tokens are
/// added, the outcome is the same: among equals the lowest id wins.
/// </summary>
internal readonly record struct Drawn(int Id, double Score, double Second)
{
    /// <summary>Before any token.</summary>
    public static Drawn Nothing { get; } = new(-1, double.NegativeInfinity, double.NegativeInfinity);

    public Drawn Add(int id, double score) =>
        score > Score || score == Score && id < Id
            ? new Drawn(id, score, Score)
            : this with { Second = Math.Max(Second, score) };
}
