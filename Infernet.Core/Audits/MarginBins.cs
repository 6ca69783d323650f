namespace Infernet.Core.Audits;

/// <summary>
/// The bins into which an auditor counts the margins of tokens: how far, in logits, a token fell short of the one that
/// the same sampler draws. Verdicts hold counts per bin, so the edges are part of the protocol and never change.
/// </summary>
public static class MarginBins
{
    /// <summary>How many bins there are.</summary>
    public const int Count = 10;

    /// <summary>The token is the drawn one.</summary>
    public const int Zero = 0;

    /// <summary>The sampler had filtered the token out, or it had no logit.</summary>
    public const int Filtered = Count - 1;

    private static readonly double[] UpperEdges = [0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

    /// <summary>The largest margin of each bin but the last two, whose margins are unbounded and infinite.</summary>
    public static IReadOnlyList<double> Edges => UpperEdges;

    /// <summary>The bin of a margin.</summary>
    public static int Of(double margin)
    {
        if (!double.IsFinite(margin))
        {
            return Filtered;
        }

        int bin = 0;
        while (bin < UpperEdges.Length && margin > UpperEdges[bin])
        {
            bin++;
        }

        return bin;
    }

    /// <summary>Counts margins.</summary>
    public static uint[] Histogram(IEnumerable<double> margins)
    {
        ArgumentNullException.ThrowIfNull(margins);
        uint[] counts = new uint[Count];
        foreach (double margin in margins)
        {
            counts[Of(margin)]++;
        }

        return counts;
    }
}
