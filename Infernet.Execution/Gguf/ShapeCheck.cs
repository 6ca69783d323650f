namespace Infernet.Execution.Gguf;

/// <summary>
/// Refuses models whose numbers contradict each other. The library asserts some of these, which would end the whole
/// process; a file from a stranger must end in an error instead. The limits are llama.cpp's (llama-hparams.h).
/// </summary>
internal static class ShapeCheck
{
    private const long MaxLayers = 512;
    private const long MaxExperts = 512;

    /// <exception cref="GgufFormatException">Says which number is impossible.</exception>
    public static void Run(GgufHeader header)
    {
        RequireRange(header, "block_count", 1, MaxLayers);
        RequireRange(header, "embedding_length", 1, int.MaxValue);
        RequireRange(header, "context_length", 1, int.MaxValue);
        RequireRange(header, "expert_count", 0, MaxExperts);
        RequireRange(header, "expert_used_count", 0, header.Integer("expert_count") ?? 0);
        RequireRange(header, "nextn_predict_layers", 0, header.Integer("block_count") ?? 0);
        if (header.Integer("attention.head_count") is { } heads)
        {
            RequireRange(header, "attention.head_count", 0, header.Integer("embedding_length") ?? int.MaxValue);
            RequireRange(header, "attention.head_count_kv", 0, heads);
        }
    }

    private static void RequireRange(GgufHeader header, string key, long least, long most)
    {
        if (header.Integer(key) is { } value && (value < least || value > most))
        {
            throw new GgufFormatException(
                ModelLoadError.Malformed, $"its {header.Architecture}.{key} is {value}; it must be {least} to {most}");
        }
    }
}
