using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>How a model is loaded and served. Checked once, when the engine is made.</summary>
public sealed record LlamaOptions
{
    /// <summary>The longest context that is taken by default, in tokens.</summary>
    internal const int DefaultContext = 4_096;

    private const int MaxContext = 1 << 24;
    private const int MaxBatch = 8_192;
    private const int MaxThreads = 512;

    /// <summary>With less work than this each, threads cost more than they bring.</summary>
    private const long WeightBytesPerThread = 4 << 20;

    /// <summary>How many requests are computed at the same time; others wait.</summary>
    public int Sequences { get; init; } = 8;

    /// <summary>Tokens that one request may hold, prompt and answer. Null: the model's own, at most 4,096.</summary>
    public int? ContextPerSequence { get; init; }

    /// <summary>Most tokens in one step: a longer prompt is taken in several, between which others go on.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>
    /// Threads that compute. Null: one per physical core that this process may use, fewer for a small model. They wait
    /// for each other by spinning, so engines that share a machine should have one core each per thread.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>The CPU build of the library, such as "x64". Null: the fastest that runs here.</summary>
    public string? Variant { get; init; }

    /// <summary>Whether the fused attention kernel is used: faster, but prefill and decode then round differently.</summary>
    public bool FlashAttention { get; init; } = true;

    /// <summary>How many layers go to the GPUs, where there are some. Null: all.</summary>
    public int? GpuLayers { get; init; }

    /// <summary>Most requests that wait; whoever comes then waits to be let into the queue.</summary>
    public int QueueLimit { get; init; } = 1_024;

    /// <summary>Most memory for weights and context, in bytes. Null: what is available.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The clock of the timings.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The threads for a model of this size on a machine of so many cores.</summary>
    internal int ThreadsFor(long weightBytes, int cores) =>
        Threads ?? (int)Math.Clamp((weightBytes + WeightBytesPerThread - 1) / WeightBytesPerThread, 1, cores);

    /// <exception cref="InvalidRequestException">Says which option is out of range, and the range.</exception>
    internal void Validate()
    {
        Require(Sequences, 1, (int)LlamaApi.llama_max_parallel_sequences(), "sequences");
        Require(ContextPerSequence ?? 1, 1, MaxContext, "context_per_sequence");
        Require(BatchTokens, Sequences, MaxBatch, "batch_tokens");
        Require(Threads ?? 1, 1, MaxThreads, "threads");
        Require(QueueLimit, 1, int.MaxValue, "queue_limit");
    }

    private static void Require(int value, int least, int most, string option)
    {
        if (value < least || value > most)
        {
            throw new InvalidRequestException($"{option} is {value}; it must be {least} to {most}.");
        }
    }
}
