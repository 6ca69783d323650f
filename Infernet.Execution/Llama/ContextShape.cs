namespace Infernet.Execution.Llama;

/// <summary>The sizes of a context.</summary>
/// <param name="Sequences">How many sequences it holds.</param>
/// <param name="ContextPerSequence">How many tokens each may have.</param>
/// <param name="BatchTokens">Most tokens of one batch.</param>
/// <param name="Threads">How many threads compute.</param>
/// <param name="FlashAttention">Whether the fused attention kernel is used.</param>
/// <param name="Embeddings">Whether it computes embeddings instead of logits.</param>
internal sealed record ContextShape(
    int Sequences, int ContextPerSequence, int BatchTokens, int Threads, bool FlashAttention, bool Embeddings = false);
