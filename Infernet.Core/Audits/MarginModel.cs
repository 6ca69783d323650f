namespace Infernet.Core.Audits;

/// <summary>
/// How probable it is that a provider's token is another than the one that the auditor draws, given how narrow the
/// choice was: for honest providers, whose hardware rounds differently, and for the mildest cheat that an audit is to
/// find, the next heavier quantisation. Turns the counts of a verdict into a log-likelihood ratio, positive where they
/// speak for a cheat.
/// <list type="bullet">
/// <item>Everything is conditional on the auditor's own distances. How often choices are narrow depends on prompt and
/// temperature and cancels out; what is left is the noise of the arithmetic, a property of the model alone.</item>
/// <item>"Cheating" is a mixture of four kinds with equal shares: the mildest cheat, and answers of which one token in
/// fifty (edits), in seven (copies, where only what is asked for differs), or in two (another model or seed) is
/// foreign. The ratio of a mixture to honesty is a likelihood ratio like any other.</item>
/// <item>Tokens of one text are not quite independent. Each ratio is taken to the power 1 / design effect, the factor by
/// which they vary more than independent ones would. That is an approximation: a power of at most 1 never raises the mean
/// of a true likelihood ratio above 1 (Jensen), but the product of dependent ratios need not have been one, and the tables
/// are fitted to finite runs. So the error bounds are held against runs that were not fitted to: over 80,000 audits put
/// together from 4,020 honest answers the mean was 0.23 and the largest 1,024 (docs/TRUST.md).</item>
/// </list>
/// </summary>
public sealed record MarginModel
{
    private const int WeightDigits = 6;
    private static readonly double[] ForeignShares = [0.02, 0.15, 0.5];

    private readonly double[][] _weights;

    /// <summary>Makes a model.</summary>
    /// <exception cref="ArgumentException">Numbers are missing or no probabilities, or contradict each other.</exception>
    public MarginModel(
        IReadOnlyList<double> honest, IReadOnlyList<double> cheat, IReadOnlyList<double> foreign,
        IReadOnlyList<double> leads, double designEffect)
    {
        Require(honest, MarginBins.Distances + 1, nameof(honest));
        Require(cheat, MarginBins.Distances + 1, nameof(cheat));
        Require(foreign, MarginBins.Distances + 2, nameof(foreign));
        Require(leads, MarginBins.Distances, nameof(leads));
        if (foreign.Sum() > 1)
        {
            throw new ArgumentException("The shares of foreign tokens add up to more than 1.", nameof(foreign));
        }

        if (!(designEffect >= 1 && double.IsFinite(designEffect)))
        {
            throw new ArgumentException($"A design effect is at least 1, not {designEffect}.", nameof(designEffect));
        }

        (Honest, Cheat, Foreign, Leads, DesignEffect) = (honest, cheat, foreign, leads, designEffect);
        _weights = [CheatWeights(), .. ForeignShares.Select(ForeignWeights)];
        if (_weights.Any(weights => !Missed(weights).SequenceEqual(Missed(weights).Order())))
        {
            throw new ArgumentException("A larger margin must never speak more for honesty.", nameof(cheat));
        }
    }

    /// <summary>
    /// For each distance, the smallest first: how often an honest token is another than the drawn one, given that this
    /// was the choice. Last: how often it is one that the auditor's sampler filtered out.
    /// </summary>
    public IReadOnlyList<double> Honest { get; }

    /// <summary>The same for the mildest cheat.</summary>
    public IReadOnlyList<double> Cheat { get; }

    /// <summary>
    /// Of tokens that come from elsewhere than the model: how often they are the drawn ones all the same, their margins
    /// from the smallest distance on, and how often they were filtered out. Adds up to at most 1.
    /// </summary>
    public IReadOnlyList<double> Foreign { get; }

    /// <summary>How narrow choices are on the prompts of the calibration, for forecasts alone. Adds up to 1.</summary>
    public IReadOnlyList<double> Leads { get; }

    /// <summary>How many times more the counts vary than those of independent tokens; at least 1.</summary>
    public double DesignEffect { get; }

    /// <summary>The log-likelihood ratio of counts, one per bin of <see cref="MarginBins"/>.</summary>
    public double LogLikelihood(IReadOnlyList<uint> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return Mixture(Ratios(counts));
    }

    /// <summary>The log-likelihood ratio of counts for each kind of cheat; those of several texts add up.</summary>
    public IReadOnlyList<double> Ratios(IReadOnlyList<uint> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return [.. _weights.Select(weights => Ratio(counts, weights))];
    }

    /// <summary>The log-likelihood ratio of a mixture of kinds with equal shares; 0 of none.</summary>
    public static double Mixture(IReadOnlyList<double> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        if (kinds.Count == 0)
        {
            return 0;
        }

        double most = kinds.Max();
        return most + Math.Log(kinds.Sum(kind => Math.Exp(kind - most)) / kinds.Count);
    }

    /// <summary>
    /// About how probable it is that so many tokens of the mildest cheat carry the ratio past a bound, on prompts like
    /// those of the calibration. By the normal approximation, so it is a forecast and no guarantee.
    /// </summary>
    public double Detection(int tokens, double bound)
    {
        if (tokens <= 0)
        {
            return 0;
        }

        (double mean, double square) = (0, 0);
        for (int distance = 0; distance < MarginBins.Distances; distance++)
        {
            double drawn = _weights[0][MarginBins.FirstMissed - 1 - distance];
            double missed = _weights[0][MarginBins.FirstMissed + distance];
            mean += Leads[distance] * ((1 - Cheat[distance]) * drawn + Cheat[distance] * missed);
            square += Leads[distance] * ((1 - Cheat[distance]) * drawn * drawn + Cheat[distance] * missed * missed);
        }

        double ratio = tokens * mean / DesignEffect - Math.Log(_weights.Length);
        double deviation = Math.Sqrt(tokens * Math.Max(0, square - mean * mean) / DesignEffect);
        return deviation > 0 ? NormalShare((ratio - bound) / deviation) : ratio >= bound ? 1 : 0;
    }

    private double[] CheatWeights() => Weights(
        distance => (1 - Cheat[distance]) / (1 - Honest[distance]), distance => Cheat[distance] / Honest[distance]);

    private double[] ForeignWeights(double share) => Weights(
        distance => 1 - share + share * Foreign[0] / (1 - Honest[distance]),
        distance => 1 - share + share * Foreign[1 + distance] / Honest[distance]);

    // Rounded, so that all machines sum the same numbers whatever the last bit of their logarithm.
    private static double[] Weights(Func<int, double> drawn, Func<int, double> missed) =>
    [
        .. Enumerable.Range(0, MarginBins.Count)
            .Select(bin => bin < MarginBins.FirstMissed
                ? drawn(MarginBins.FirstMissed - 1 - bin)
                : missed(bin - MarginBins.FirstMissed))
            .Select(ratio => Math.Round(Math.Log(ratio), WeightDigits)),
    ];

    private static IEnumerable<double> Missed(double[] weights) =>
        weights.Skip(MarginBins.FirstMissed).Take(MarginBins.Distances);

    private double Ratio(IReadOnlyList<uint> counts, double[] weights)
    {
        double sum = 0;
        for (int bin = 0; bin < Math.Min(counts.Count, weights.Length); bin++)
        {
            sum += counts[bin] * weights[bin];
        }

        return sum / DesignEffect;
    }

    // The logistic stand-in for the normal distribution is within 0.01 of it everywhere.
    private static double NormalShare(double deviations) => 1 / (1 + Math.Exp(-1.702 * deviations));

    private static void Require(IReadOnlyList<double> shares, int count, string name)
    {
        if (shares is null || shares.Count != count || !shares.All(share => share is > 0 and < 1))
        {
            throw new ArgumentException($"There must be {count} probabilities, each above 0 and below 1.", name);
        }
    }
}
