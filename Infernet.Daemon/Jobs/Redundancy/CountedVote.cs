namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>A vote on one input that was counted.</summary>
/// <param name="Item">The input.</param>
/// <param name="Votes">Its answers.</param>
/// <param name="Result">What they came to; null if they lack some, and nothing follows without.</param>
/// <param name="IsShort">Whether fewer were counted than were asked for, since nobody was left to give the others.</param>
internal sealed record CountedVote(int Item, IReadOnlyList<Vote> Votes, BallotResult? Result, bool IsShort = false);
