using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>
/// The working memory of a number of sequences over one model: keys and values, each sequence its own, and the batch
/// that is computed next. Used by one thread at a time.
/// </summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    private readonly nint _context;
    private readonly nint _memory;
    private readonly int _vocabularySize;
    private NativeBatch _batch;

    private LlamaContext(nint context, int batchTokens, int vocabularySize)
    {
        _context = context;
        _memory = LlamaApi.llama_get_memory(context);
        _vocabularySize = vocabularySize;
        _batch = LlamaApi.llama_batch_init(batchTokens, 0, 1);
    }

    /// <summary>How many tokens are in the batch.</summary>
    public int BatchLength => _batch.TokenCount;

    /// <summary>Makes a context.</summary>
    /// <exception cref="ModelLoadException">The library can't make one; most often for want of memory.</exception>
    public static LlamaContext Create(LlamaModel model, ContextShape shape)
    {
        ContextParameters parameters = LlamaApi.llama_context_default_params();
        parameters.ContextLength = checked((uint)((long)shape.Sequences * shape.ContextPerSequence));
        parameters.MaxSequences = (uint)shape.Sequences;
        parameters.BatchLength = (uint)shape.BatchTokens;
        parameters.MicroBatchLength = (uint)Math.Min(shape.BatchTokens, parameters.MicroBatchLength);
        parameters.MaxOutputsPerSequence = 0;
        parameters.Threads = shape.Threads;
        parameters.BatchThreads = shape.Threads;
        parameters.FlashAttentionType = shape.FlashAttention ? 1 : 0;
        parameters.UnifiedKeyValues = 0;
        if (shape.Embeddings)
        {
            const int MeanPooling = 1;
            parameters.Embeddings = 1;
            parameters.PoolingType = MeanPooling;
            parameters.MicroBatchLength = parameters.BatchLength;
        }

        NativeLog.Forget();
        nint context = LlamaApi.llama_init_from_model(model.Handle.DangerousGetHandle(), parameters);
        if (context == 0)
        {
            throw LoadComplaint.ToException(
                $"A context of {shape.Sequences} x {shape.ContextPerSequence} tokens", NativeLog.Complaints);
        }

        return new LlamaContext(context, shape.BatchTokens, model.Vocabulary.Count);
    }

    /// <summary>Lets the pool's threads do the work.</summary>
    public void Attach(ComputeThreads pool) => LlamaApi.llama_attach_threadpool(_context, pool.Handle, pool.Handle);

    /// <summary>Empties the batch.</summary>
    public void ClearBatch() => _batch.TokenCount = 0;

    /// <summary>Puts a token into the batch; its index there names its logits after <see cref="Decode"/>.</summary>
    public int Add(int token, int position, int sequence, bool output)
    {
        int index = _batch.TokenCount++;
        _batch.Tokens[index] = token;
        _batch.Positions[index] = position;
        _batch.SequenceCounts[index] = 1;
        _batch.SequenceIds[index][0] = sequence;
        _batch.Outputs[index] = output ? (sbyte)1 : (sbyte)0;
        return index;
    }

    /// <summary>Computes the batch.</summary>
    /// <exception cref="EngineFailedException">The library failed; what the batch's sequences hold is undefined.</exception>
    public void Decode()
    {
        NativeLog.Forget();
        int code = LlamaApi.llama_decode(_context, _batch);
        if (code != 0)
        {
            throw new EngineFailedException(
                $"llama.cpp could not compute a batch of {BatchLength} tokens (code {code}): " +
                string.Join(" ", NativeLog.Complaints));
        }
    }

    /// <summary>The logits of a token of the last batch that had an output; valid until the next.</summary>
    /// <exception cref="EngineFailedException">The model gives none: it is made for embeddings.</exception>
    public ReadOnlySpan<float> Logits(int index)
    {
        float* logits = LlamaApi.llama_get_logits_ith(_context, index);
        return logits is null
            ? throw new EngineFailedException("The model gives no logits; it can't generate text.")
            : new ReadOnlySpan<float>(logits, _vocabularySize);
    }

    /// <summary>The pooled embedding of a sequence of the last batch; valid until the next.</summary>
    /// <exception cref="EngineFailedException">The model gives none.</exception>
    public ReadOnlySpan<float> Embedding(int sequence, int length)
    {
        float* embedding = LlamaApi.llama_get_embeddings_seq(_context, sequence);
        return embedding is null
            ? throw new EngineFailedException("The model gives no embeddings.")
            : new ReadOnlySpan<float>(embedding, length);
    }

    /// <summary>Forgets a sequence.</summary>
    public void Remove(int sequence) => LlamaApi.llama_memory_seq_rm(_memory, sequence, -1, -1);

    public void Dispose()
    {
        LlamaApi.llama_batch_free(_batch);
        LlamaApi.llama_free(_context);
    }
}
