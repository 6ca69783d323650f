namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>What a count came to; votes are named by their places.</summary>
internal abstract record BallotResult
{
    /// <summary>More than half of all votes agree with one.</summary>
    /// <param name="Winner">The vote that most agree with, the earliest of those.</param>
    /// <param name="Agreeing">Those that agree with it, itself among them.</param>
    /// <param name="Outvoted">The others.</param>
    public sealed record Won(int Winner, IReadOnlyList<int> Agreeing, IReadOnlyList<int> Outvoted) : BallotResult
    {
        /// <summary>By how many votes it won.</summary>
        public int Margin => Agreeing.Count - Outvoted.Count;
    }

    /// <summary>No majority, and so many further peers may be asked.</summary>
    public sealed record Tied(int Wanted) : BallotResult;

    /// <summary>No majority, and as many were asked as may be.</summary>
    /// <param name="Largest">How many votes agree with the one that most agree with.</param>
    public sealed record Disputed(int Largest) : BallotResult;
}
