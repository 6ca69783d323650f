using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>What came of an item: the output to send, and its line in the receipt (without the hashes).</summary>
internal sealed record ItemAnswer(
    ItemOutput Output, IReadOnlyList<int> TokenIds, int PromptTokens, string FinishReason);
