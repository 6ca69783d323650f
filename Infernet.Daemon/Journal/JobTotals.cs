namespace Infernet.Daemon.Journal;

/// <summary>Sums over a job's outputs.</summary>
internal readonly record struct JobTotals(int Done, int Failed, long PromptTokens, long CompletionTokens);
