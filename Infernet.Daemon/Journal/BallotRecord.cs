namespace Infernet.Daemon.Journal;

/// <summary>How the vote on one input of redundant work ended.</summary>
internal sealed record BallotRecord
{
    public required int Item { get; init; }

    /// <summary>What the result shows: the answer that won, or an error when none did.</summary>
    public required OutputRecord Answer { get; init; }

    /// <summary>Whether no answer had a majority of all that were asked for.</summary>
    public required bool Disputed { get; init; }

    /// <summary>Who gave the answer that won, or one that is the same.</summary>
    public required IReadOnlyList<string> Agreed { get; init; }

    /// <summary>Who gave another.</summary>
    public required IReadOnlyList<string> Outvoted { get; init; }
}
