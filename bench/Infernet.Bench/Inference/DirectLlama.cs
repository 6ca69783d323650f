using Infernet.Execution.Llama;
using Infernet.Execution.Llama.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Inference;

/// <summary>
/// llama.cpp by a minimal loop of calls into its C API: what the engine is measured against. All sequences read the
/// same prompt, then each step decodes one token per sequence, greedily. No queue, no text, no stop conditions; but the
/// library's thread pool, without which it is slower.
/// </summary>
internal sealed unsafe class DirectLlama : IDisposable
{
    private readonly nint _model;
    private readonly nint _context;
    private readonly nint _memory;
    private readonly ComputeThreads _threads;
    private readonly int _sequences;
    private readonly int _vocabularySize;
    private NativeBatch _batch;

    public DirectLlama(string path, int sequences, int contextPerSequence, int threads)
    {
        _sequences = sequences;
        _model = LlamaApi.llama_model_load_from_file(path, LlamaApi.llama_model_default_params());
        _vocabularySize = LlamaApi.llama_vocab_n_tokens(LlamaApi.llama_model_get_vocab(_model));
        ContextParameters parameters = LlamaApi.llama_context_default_params();
        parameters.ContextLength = (uint)(sequences * contextPerSequence);
        parameters.MaxSequences = (uint)sequences;
        parameters.MaxOutputsPerSequence = 0;
        parameters.Threads = threads;
        parameters.BatchThreads = threads;
        parameters.FlashAttentionType = 1;
        _context = LlamaApi.llama_init_from_model(_model, parameters);
        _memory = LlamaApi.llama_get_memory(_context);
        _threads = new ComputeThreads(LlamaLibrary.Load(null, NullLogger.Instance), threads);
        LlamaApi.llama_attach_threadpool(_context, _threads.Handle, _threads.Handle);
        _batch = LlamaApi.llama_batch_init((int)parameters.BatchLength, 0, 1);
    }

    /// <summary>Generates; answers how many tokens there were in all.</summary>
    public int Run(IReadOnlyList<int> prompt, int tokens)
    {
        int[] indices = new int[_sequences];
        _batch.TokenCount = 0;
        for (int sequence = 0; sequence < _sequences; sequence++)
        {
            LlamaApi.llama_memory_seq_rm(_memory, sequence, -1, -1);
            for (int position = 0; position < prompt.Count; position++)
            {
                indices[sequence] = Add(prompt[position], position, sequence, position == prompt.Count - 1);
            }
        }

        for (int step = 0; ; step++)
        {
            if (LlamaApi.llama_decode(_context, _batch) != 0)
            {
                throw new InvalidOperationException("llama_decode failed");
            }

            if (step == tokens - 1)
            {
                return tokens * _sequences;
            }

            _batch.TokenCount = 0;
            for (int sequence = 0; sequence < _sequences; sequence++)
            {
                int token = Best(LlamaApi.llama_get_logits_ith(_context, indices[sequence]));
                indices[sequence] = Add(token, prompt.Count + step, sequence, output: true);
            }
        }
    }

    public void Dispose()
    {
        LlamaApi.llama_batch_free(_batch);
        LlamaApi.llama_free(_context);
        _threads.Dispose();
        LlamaApi.llama_model_free(_model);
    }

    private int Best(float* logits)
    {
        int best = 0;
        for (int token = 1; token < _vocabularySize; token++)
        {
            if (logits[token] > logits[best])
            {
                best = token;
            }
        }

        return best;
    }

    private int Add(int token, int position, int sequence, bool output)
    {
        int index = _batch.TokenCount++;
        _batch.Tokens[index] = token;
        _batch.Positions[index] = position;
        _batch.SequenceCounts[index] = 1;
        _batch.SequenceIds[index][0] = sequence;
        _batch.Outputs[index] = output ? (sbyte)1 : (sbyte)0;
        return index;
    }
}
