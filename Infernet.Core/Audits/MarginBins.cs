namespace Infernet.Core.Audits;

/// <summary>
/// The bins into which an auditor sorts tokens. If the token is the one that the same sampler draws, what counts is how
/// far, in logits, the runner-up was behind it: a narrow choice that came out right says more than a clear one. If it is
/// another, what counts is how far it was behind the drawn one (its margin). Verdicts hold counts per bin, so the edges
/// are part of the protocol and never change.
/// </summary>
public static class MarginBins
{
    /// <summary>How many bins there are.</summary>
    public const int Count = 2 * Distances + 1;

    /// <summary>How many bins there are for distances, of drawn and of missed tokens alike.</summary>
    public const int Distances = 8;

    /// <summary>The token is the drawn one, and no other was near. The narrower the choice, the higher the bin.</summary>
    public const int Zero = 0;

    /// <summary>From this bin on the token is another than the drawn one. The larger the margin, the higher the bin.</summary>
    public const int FirstMissed = Distances;

    /// <summary>The sampler had filtered the token out, or it had no logit.</summary>
    public const int Filtered = Count - 1;

    private static readonly double[] UpperEdges = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

    /// <summary>The largest distance of each bin but the last, in logits.</summary>
    public static IReadOnlyList<double> Edges => UpperEdges;

    /// <summary>The bin of a token that is the drawn one.</summary>
    /// <param name="lead">How far the runner-up was behind, in logits; infinite if there was none.</param>
    public static int OfDrawn(double lead) => FirstMissed - 1 - Distance(lead);

    /// <summary>The bin of a token that is another than the drawn one.</summary>
    /// <param name="margin">How far it was behind, in logits; infinite if the sampler had filtered it out.</param>
    public static int OfMissed(double margin) =>
        double.IsFinite(margin) ? FirstMissed + Distance(margin) : Filtered;

    private static int Distance(double distance)
    {
        int bin = 0;
        while (bin < UpperEdges.Length && !(distance <= UpperEdges[bin]))
        {
            bin++;
        }

        return bin;
    }
}
