namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>What a provider says that an item took; its receipt has yet to say the same.</summary>
internal readonly record struct ItemUsage(int Item, ulong PromptTokens, ulong CompletionTokens);
