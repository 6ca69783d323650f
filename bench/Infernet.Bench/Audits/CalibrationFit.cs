using Infernet.Core.Audits;

namespace Infernet.Bench.Audits;

/// <summary>
/// Estimates a <see cref="MarginModel"/> from judged answers: for each distance how often tokens were missed there, with
/// one miss more than was seen, so that what was never seen is not taken to be impossible. Rates fall with the distance
/// and ratios rise with it; where chance says otherwise, neighbours are pooled.
/// </summary>
internal static class CalibrationFit
{
    private const double Largest = 0.95;
    private const double ForeignButDrawn = 0.3;
    private const double LeastDesignEffect = 1.25;

    public static MarginModel Fit(
        IEnumerable<MarginSample> usual,
        IReadOnlyCollection<MarginSample> cheats,
        IReadOnlyCollection<MarginSample> foreign)
    {
        MarginSample[] honest = [.. usual];
        long[] counts = Sum(honest);
        double[] rates = Rates(counts, 1);
        double[] cheating = Rates(Sum(cheats), 0.5);
        double[] strange = Missed(Sum(foreign));
        double[] falling = Falling(rates[..MarginBins.Distances], Exposures(counts));
        double[] cheat = RisingRatio(falling, cheating, Exposures(Sum(cheats)));
        double filtered = rates[^1];
        var model = new MarginModel(
            [.. falling, filtered],
            [.. cheat, Math.Max(filtered, cheating[^1])],
            Foreign(falling, strange),
            Leads(counts),
            designEffect: 1);
        return With(model, Math.Max(LeastDesignEffect, DesignEffect(model, honest)));
    }

    /// <summary>The same with rates so many times as high, for models of which less is known.</summary>
    public static MarginModel Widen(MarginModel model, double times)
    {
        double[] usual = [.. model.Honest.Take(MarginBins.Distances).Select(rate => Math.Min(0.5, rate * times))];
        double[] even = [.. Enumerable.Repeat(1.0, MarginBins.Distances)];
        double filtered = Math.Min(0.5, model.Honest[^1] * times);
        double[] cheat = RisingRatio(usual, [.. model.Cheat.Take(MarginBins.Distances)], even);
        double[] strange = [.. model.Foreign.Skip(1)];
        return new MarginModel(
            [.. usual, filtered], [.. cheat, Math.Max(filtered, model.Cheat[^1])],
            Foreign(usual, strange), model.Leads, model.DesignEffect);
    }

    private static MarginModel With(MarginModel model, double designEffect) =>
        new(model.Honest, model.Cheat, model.Foreign, model.Leads, designEffect);

    private static long[] Sum(IEnumerable<MarginSample> samples)
    {
        long[] counts = new long[MarginBins.Count];
        foreach (MarginSample sample in samples)
        {
            for (int bin = 0; bin < sample.Verdict.MarginCounts.Count; bin++)
            {
                counts[bin] += sample.Verdict.MarginCounts[bin];
            }
        }

        return counts;
    }

    private static long Drawn(long[] counts, int distance) => counts[MarginBins.FirstMissed - 1 - distance];

    private static double[] Exposures(long[] counts) =>
    [
        .. Enumerable.Range(0, MarginBins.Distances)
            .Select(d => 2.0 + Drawn(counts, d) + counts[MarginBins.FirstMissed + d]),
    ];

    private static double[] Rates(long[] counts, double more) =>
    [
        .. Enumerable.Range(0, MarginBins.Distances).Select(d =>
            (counts[MarginBins.FirstMissed + d] + more)
            / (Drawn(counts, d) + counts[MarginBins.FirstMissed + d] + 2 * more)),
        (counts[MarginBins.Filtered] + more) / (counts.Sum() + 2 * more),
    ];

    private static double[] Missed(long[] counts)
    {
        double[] missed = [.. counts.Skip(MarginBins.FirstMissed).Select(count => count + 0.5)];
        return [.. missed.Select(count => (1 - ForeignButDrawn) * count / missed.Sum())];
    }

    private static double[] Leads(long[] counts)
    {
        double[] exposures = Exposures(counts);
        return [.. exposures.Select(exposure => exposure / exposures.Sum())];
    }

    private static double[] Falling(double[] rates, double[] weights) =>
        [.. Pooled.Rising([.. rates.Select(rate => -rate)], weights).Select(rate => Math.Min(Largest, -rate))];

    // At no distance does a cheat miss less often than an honest provider.
    private static double[] RisingRatio(double[] usual, double[] other, double[] exposures)
    {
        double[] ratios = [.. other.Zip(usual, (o, u) => Math.Max(1, o / u))];
        double[] rising = Pooled.Rising(ratios, [.. exposures.Zip(usual, (e, u) => e * u)]);
        return [.. rising.Zip(usual, (ratio, u) => ratio * u).Select(rate => Math.Min(Largest, rate))];
    }

    private static double[] Foreign(double[] usual, double[] strange)
    {
        double[] ratios = [.. strange.Zip(usual, (f, u) => f / u)];
        double[] shares = [.. Pooled.Rising(ratios, usual).Zip(usual, (ratio, u) => ratio * u), strange[^1]];
        return [ForeignButDrawn, .. shares.Select(share => (1 - ForeignButDrawn) * share / shares.Sum() * 0.999)];
    }

    // How much more the misses of whole answers vary than they would if tokens were independent.
    private static double DesignEffect(MarginModel model, IReadOnlyCollection<MarginSample> honest)
    {
        double[] rates = Rates(Sum(honest), 0.5);
        double[] weights =
            [.. Enumerable.Range(0, MarginBins.Distances).Select(d => Math.Log(model.Cheat[d] / model.Honest[d]))];
        (double seen, double expected) = (0, 0);
        foreach (MarginSample sample in honest.Where(s => s.Verdict.MarginCounts.Count == MarginBins.Count))
        {
            (double deviation, double variance) = (0, 0);
            for (int d = 0; d < MarginBins.Distances; d++)
            {
                uint missed = sample.Verdict.MarginCounts[MarginBins.FirstMissed + d];
                double exposed = missed + sample.Verdict.MarginCounts[MarginBins.FirstMissed - 1 - d];
                deviation += (missed - exposed * rates[d]) * weights[d];
                variance += exposed * rates[d] * (1 - rates[d]) * weights[d] * weights[d];
            }

            (seen, expected) = (seen + deviation * deviation, expected + variance);
        }

        return expected > 0 ? seen / expected : 1;
    }
}
