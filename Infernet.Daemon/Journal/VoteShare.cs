namespace Infernet.Daemon.Journal;

/// <summary>What one provider answered of a job's redundant work, and how often that won.</summary>
internal readonly record struct VoteShare(string Provider, int Answers, long Tokens, int Agreed, int Outvoted);
