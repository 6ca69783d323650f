using Infernet.Core.Schemas;

namespace Infernet.Core.Payments;

/// <summary>What a shard took, or may take at most: what its price is computed from.</summary>
/// <param name="PromptTokens">Of all items.</param>
/// <param name="CompletionTokens">Of all items.</param>
/// <param name="EngineMicroseconds">From start to finish.</param>
/// <param name="ContainerMilliseconds">Of running containers.</param>
public readonly record struct Usage(
    ulong PromptTokens, ulong CompletionTokens, ulong EngineMicroseconds = 0, ulong ContainerMilliseconds = 0)
{
    /// <summary>The same without tokens that it turned out not to take.</summary>
    public Usage Without(Usage spared) => this with
    {
        PromptTokens = PromptTokens - Math.Min(PromptTokens, spared.PromptTokens),
        CompletionTokens = CompletionTokens - Math.Min(CompletionTokens, spared.CompletionTokens),
    };

    /// <summary>What a receipt says. Both sides compute from it alone, so that they agree to the unit.</summary>
    public static Usage Of(Receipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        Int128 engine = (Int128)receipt.FinishedUnixUs - receipt.StartedUnixUs;
        return new Usage(
            receipt.PromptTokens, receipt.CompletionTokens,
            engine < 0 ? 0 : engine > ulong.MaxValue ? ulong.MaxValue : (ulong)engine);
    }
}
