namespace Infernet.Daemon.Journal;

/// <summary>An answer that was taken back.</summary>
internal readonly record struct RemovedOutput(int Item, int PromptTokens, int CompletionTokens, bool IsError);
