namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// Counts votes: pure arithmetic. The majority is of all votes that were cast, so that of three different answers none
/// wins. Sameness within a tolerance does not carry over from one pair to the next (a is near b, b near c, a not near
/// c); so a vote's support is what agrees with itself, and nothing depends on the order in which the votes came but
/// which of equals is shown.
/// </summary>
internal static class Ballot
{
    /// <summary>
    /// Whether votes that lack some decide all the same: when those that agree would be the majority of as many as were
    /// asked for at first, whatever the others had said.
    /// </summary>
    public static bool Decides(BallotResult result, int copies) =>
        result is BallotResult.Won won && 2 * won.Agreeing.Count > copies;

    /// <summary>Counts.</summary>
    /// <param name="votes">How many there are.</param>
    /// <param name="same">Whether two votes agree; asked of each pair once, the lower place first.</param>
    /// <param name="copies">How many votes there should be at first.</param>
    /// <param name="maxCopies">How many there may be when they disagree.</param>
    public static BallotResult Count(int votes, Func<int, int, bool> same, int copies, int maxCopies)
    {
        if (votes < copies)
        {
            return new BallotResult.Tied(copies - votes);
        }

        List<int>[] agreeing = [.. Enumerable.Range(0, votes).Select(v => new List<int> { v })];
        for (int left = 0; left < votes; left++)
        {
            for (int right = left + 1; right < votes; right++)
            {
                if (same(left, right))
                {
                    agreeing[left].Add(right);
                    agreeing[right].Add(left);
                }
            }
        }

        int winner = Enumerable.Range(0, votes).MaxBy(v => agreeing[v].Count);
        int largest = agreeing[winner].Count;
        if (2 * largest > votes)
        {
            return new BallotResult.Won(
                winner, [.. agreeing[winner].Order()], [.. Enumerable.Range(0, votes).Except(agreeing[winner])]);
        }

        return votes < maxCopies ? new BallotResult.Tied(1) : new BallotResult.Disputed(largest);
    }
}
