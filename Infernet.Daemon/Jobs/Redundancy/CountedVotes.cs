namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Votes that were counted; what ended is durable unless there is a failure.</summary>
/// <param name="Votes">Each of them.</param>
/// <param name="Failure">The comparison failed, or the journal could not be written: the job can't go on.</param>
/// <param name="IsLast">Whether nothing is counted any more.</param>
internal sealed record CountedVotes(IReadOnlyList<CountedVote> Votes, Exception? Failure, bool IsLast = false);
