namespace Infernet.Execution.Llama;

/// <summary>
/// Computes embeddings in a context of its own, made when the first is asked for. Used by the engine's thread alone.
/// </summary>
internal sealed class Embedder(LlamaModel model, ContextShape shape, ComputeThreads pool) : IDisposable
{
    /// <summary>The longest text: it must fit one batch, since pooling sees no further, and batches cost memory.</summary>
    public const int LongestText = 2_048;

    private LlamaContext? _context;

    /// <summary>Most tokens of a text.</summary>
    public int MaxTokens => Math.Min(shape.ContextPerSequence, LongestText);

    /// <summary>The mean of the tokens' embeddings, scaled to length 1.</summary>
    public float[] Embed(int[] tokens)
    {
        _context ??= Create();
        _context.Remove(0);
        _context.ClearBatch();
        for (int position = 0; position < tokens.Length; position++)
        {
            _context.Add(tokens[position], position, 0, output: true);
        }

        _context.Decode();
        return Normalised(_context.Embedding(0, model.Info.EmbeddingLength));
    }

    public void Dispose() => _context?.Dispose();

    private LlamaContext Create()
    {
        LlamaContext context = LlamaContext.Create(model, shape with
        {
            Sequences = 1,
            ContextPerSequence = MaxTokens,
            BatchTokens = MaxTokens,
            Embeddings = true,
        });
        context.Attach(pool);
        return context;
    }

    private static float[] Normalised(ReadOnlySpan<float> embedding)
    {
        double square = 0;
        foreach (float value in embedding)
        {
            square += (double)value * value;
        }

        double length = Math.Sqrt(square);
        float[] normalised = new float[embedding.Length];
        for (int i = 0; i < normalised.Length; i++)
        {
            normalised[i] = length > 0 ? (float)(embedding[i] / length) : 0;
        }

        return normalised;
    }
}
