namespace Infernet.Core.Audits;

/// <summary>
/// How often margins fall into each bin of <see cref="MarginBins"/>: for honest providers, for the mildest cheat that an
/// audit is to find (the next heavier quantisation), and for tokens that the model never drew. Turns counts into a
/// log-likelihood ratio, positive where they speak for a cheat.
/// <list type="bullet">
/// <item>"Cheating" is a mixture of three kinds with equal shares: the mildest cheat, an answer of which one token in
/// fifty is foreign (edits), and one of which every second is (another model, another sampler, a canned answer). The
/// ratio of a mixture to honesty is a likelihood ratio like any other.</item>
/// <item>Tokens of one text are not independent. Each ratio is taken to the power 1 / design effect, the factor by which
/// tokens vary more than independent ones would; by Jensen's inequality its mean for honest providers stays at most 1,
/// which is all that the error bounds need.</item>
/// </list>
/// </summary>
public sealed record MarginModel
{
    private const double SumTolerance = 1e-6;
    private const int WeightDigits = 6;
    private static readonly double[] ForeignShares = [0.02, 0.5];

    private readonly double[][] _weights;

    /// <summary>Makes a model.</summary>
    /// <exception cref="ArgumentException">The numbers are no probabilities, or larger margins would speak for honesty.</exception>
    public MarginModel(
        IReadOnlyList<double> honest, IReadOnlyList<double> cheat, IReadOnlyList<double> foreign, double designEffect)
    {
        ArgumentNullException.ThrowIfNull(honest);
        ArgumentNullException.ThrowIfNull(cheat);
        ArgumentNullException.ThrowIfNull(foreign);
        RequireProbabilities(honest, nameof(honest));
        RequireProbabilities(cheat, nameof(cheat));
        RequireProbabilities(foreign, nameof(foreign));
        if (!(designEffect >= 1 && double.IsFinite(designEffect)))
        {
            throw new ArgumentException($"A design effect is at least 1, not {designEffect}.", nameof(designEffect));
        }

        (Honest, Cheat, Foreign, DesignEffect) = (honest, cheat, foreign, designEffect);
        _weights =
        [
            Weights(honest, cheat),
            .. ForeignShares.Select(share =>
                Weights(honest, [.. honest.Zip(foreign, (h, f) => (1 - share) * h + share * f)])),
        ];
        if (_weights.Any(kind => !kind.SequenceEqual(kind.Order())))
        {
            throw new ArgumentException("A larger margin must never speak more for honesty.", nameof(cheat));
        }
    }

    /// <summary>The share of honest tokens in each bin.</summary>
    public IReadOnlyList<double> Honest { get; }

    /// <summary>The share of the mildest cheat's tokens in each bin.</summary>
    public IReadOnlyList<double> Cheat { get; }

    /// <summary>The share of tokens in each bin that come from elsewhere than the model.</summary>
    public IReadOnlyList<double> Foreign { get; }

    /// <summary>How many times more the counts vary than those of independent tokens; at least 1.</summary>
    public double DesignEffect { get; }

    /// <summary>The log-likelihood ratio of counts, one per bin.</summary>
    public double LogLikelihood(IReadOnlyList<uint> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double[] kinds = [.. _weights.Select(weights => Ratio(counts, weights))];
        double most = kinds.Max();
        return most + Math.Log(kinds.Sum(kind => Math.Exp(kind - most)) / kinds.Length);
    }

    /// <summary>
    /// About how probable it is that so many tokens of the mildest cheat carry the ratio past a bound. By the normal
    /// approximation, so it is a forecast and no guarantee.
    /// </summary>
    public double Detection(int tokens, double bound)
    {
        if (tokens <= 0)
        {
            return 0;
        }

        double mean = Cheat.Zip(_weights[0], (share, weight) => share * weight).Sum();
        double square = Cheat.Zip(_weights[0], (share, weight) => share * weight * weight).Sum();
        double ratio = tokens * mean / DesignEffect - Math.Log(_weights.Length);
        double deviation = Math.Sqrt(tokens * Math.Max(0, square - mean * mean) / DesignEffect);
        return deviation > 0 ? NormalShare((ratio - bound) / deviation) : ratio >= bound ? 1 : 0;
    }

    private double Ratio(IReadOnlyList<uint> counts, double[] weights)
    {
        double sum = 0;
        for (int bin = 0; bin < Math.Min(counts.Count, weights.Length); bin++)
        {
            sum += counts[bin] * weights[bin];
        }

        return sum / DesignEffect;
    }

    // Rounded, so that all machines sum the same numbers whatever the last bit of their logarithm.
    private static double[] Weights(IReadOnlyList<double> honest, IReadOnlyList<double> other) =>
        [.. honest.Zip(other, (h, o) => Math.Round(Math.Log(o / h), WeightDigits))];

    // The logistic stand-in for the normal distribution is within 0.01 of it everywhere.
    private static double NormalShare(double deviations) => 1 / (1 + Math.Exp(-1.702 * deviations));

    private static void RequireProbabilities(IReadOnlyList<double> shares, string name)
    {
        if (shares.Count != MarginBins.Count
            || !shares.All(share => share is > 0 and < 1)
            || Math.Abs(shares.Sum() - 1) > SumTolerance)
        {
            throw new ArgumentException(
                $"There must be {MarginBins.Count} probabilities above 0 that add up to 1.", name);
        }
    }
}
