using Infernet.Execution.Gguf;

namespace Infernet.Execution.Llama;

/// <summary>
/// What a model will need, computed from its header before anything is loaded: weights as large as the file, and keys
/// and values of every layer for every token of every sequence.
/// </summary>
/// <param name="Weights">Bytes of the file.</param>
/// <param name="Context">Bytes of the keys and values, at 16 bits each.</param>
internal sealed record MemoryEstimate(long Weights, double Context)
{
    private const int BytesPerValue = 2;
    private const double Mebibyte = 1 << 20;

    public static MemoryEstimate Of(GgufHeader header, long fileLength, int sequences, int contextPerSequence)
    {
        double heads = header.Integer("attention.head_count") ?? 1;
        double keyValueHeads = header.Integer("attention.head_count_kv") ?? heads;
        double headLength = (header.Integer("embedding_length") ?? 0) / Math.Max(heads, 1);
        double perToken = keyValueHeads *
            ((header.Integer("attention.key_length") ?? headLength) +
             (header.Integer("attention.value_length") ?? headLength));
        double tokens = (double)sequences * contextPerSequence;
        return new MemoryEstimate(
            fileLength, perToken * (header.Integer("block_count") ?? 0) * BytesPerValue * tokens);
    }

    /// <exception cref="ModelLoadException">It is more than the limit; says all the numbers.</exception>
    public void Require(long limit, string path, int sequences, int contextPerSequence)
    {
        if (Weights + Context > limit)
        {
            throw new ModelLoadException(
                ModelLoadError.OutOfMemory,
                $"{path} needs about {Weights / Mebibyte:F0} MiB for its weights and {Context / Mebibyte:F0} MiB for " +
                $"{sequences} contexts of {contextPerSequence} tokens, but {limit / Mebibyte:F0} MiB are available. " +
                "Fewer sequences, a shorter context or a smaller quantisation need less.");
        }
    }
}
