namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>A vote on one input that was counted.</summary>
internal sealed record CountedVote(int Item, IReadOnlyList<Vote> Votes, BallotResult Result);
