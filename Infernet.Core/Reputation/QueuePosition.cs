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

    /// <summary>
    /// Whether one of this priority may have another of a node's places: whoever is excluded while less than half of
    /// them are taken, strangers while less than about three quarters are, and from there on the more priority, the
    /// longer. So newcomers are turned away first, and never crowd out those who have earned a place.
    /// </summary>
    public static bool MayEnter(double priority, int taken, int places)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(places);
        const double excluded = 0.5;
        const double strangers = 0.75;
        double share = priority < 0 ? excluded : strangers + (1 - strangers) * Math.Min(1, priority);
        return taken < Math.Ceiling(places * share);
    }
}
