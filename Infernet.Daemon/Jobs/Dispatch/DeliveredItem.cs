namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>An item that a right receipt covers, and how many tokens were generated for it.</summary>
internal readonly record struct DeliveredItem(int Index, int CompletionTokens);
