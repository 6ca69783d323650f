namespace Infernet.Execution.Generation;

/// <summary>What a model says of itself.</summary>
/// <param name="Name">The name in the file, or null.</param>
/// <param name="Architecture">Such as "llama".</param>
/// <param name="ContextLength">The tokens it was trained to see at once.</param>
/// <param name="Parameters">How many weights it has.</param>
/// <param name="SizeBytes">The weights' size.</param>
/// <param name="Quantisation">Such as "Q8_0".</param>
/// <param name="VocabularySize">How many tokens it knows.</param>
/// <param name="EmbeddingLength">The length of its embeddings.</param>
/// <param name="ChatTemplate">The template in the file, or null when it can't chat.</param>
public sealed record ModelInfo(
    string? Name,
    string Architecture,
    int ContextLength,
    long Parameters,
    long SizeBytes,
    string Quantisation,
    int VocabularySize,
    int EmbeddingLength,
    string? ChatTemplate);
