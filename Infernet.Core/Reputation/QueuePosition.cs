namespace Infernet.Core.Reputation;

/// <summary>Who goes first where a node can't serve everybody: the one with the highest priority.</summary>
public static class QueuePosition
{
    /// <summary>
    /// Score + A / (A + half): how honest its own work was, and how much of this node's work it signed for. A stranger
    /// has almost nothing of both, whoever is excluded less than nothing.
    /// </summary>
    public static double Priority(double score, double tokensAsked, bool excluded, ReputationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return excluded ? -1 : score + tokensAsked / (tokensAsked + options.HalfWeightTokens);
    }
}
