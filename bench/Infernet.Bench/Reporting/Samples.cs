namespace Infernet.Bench.Reporting;

/// <summary>The order statistics that benchmarks report.</summary>
internal static class Samples
{
    public static double Median(IEnumerable<double> samples) => Percentile(samples, 0.5);

    /// <summary>The value that the given part (0 to 1) of the samples does not exceed.</summary>
    public static double Percentile(IEnumerable<double> samples, double part)
    {
        double[] sorted = [.. samples.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
