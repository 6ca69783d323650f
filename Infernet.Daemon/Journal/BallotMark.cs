namespace Infernet.Daemon.Journal;

/// <summary>How the vote on an input ended, and who voted how.</summary>
internal sealed record BallotMark(
    int Item, bool Disputed, IReadOnlyList<string> Agreed, IReadOnlyList<string> Outvoted);
