using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Infernet.Core.Jobs;
using Infernet.Execution.Generation;
using Infernet.Execution.Gguf;
using Infernet.Execution.Hardware;
using Infernet.Execution.Llama.Native;
using Infernet.Execution.Llama.Scheduling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Execution.Llama;

/// <summary>
/// A loaded model that answers many requests at once. All of them are computed by one thread that the engine owns
/// (<see cref="EngineThread"/>), in shared batches (<see cref="BatchScheduler"/>); the methods here check a request,
/// turn it into a job, and wait. Safe to use from many threads. Disposing it ends every request and frees the memory.
/// </summary>
public sealed class LlamaEngine : IAsyncDisposable
{
    private readonly LlamaModel _model;
    private readonly LlamaOptions _options;
    private readonly EngineThread _thread;

    private LlamaEngine(LlamaModel model, LlamaOptions options, LlamaLibrary library, ContextShape shape, string path)
    {
        _model = model;
        _options = options;
        ContextLength = shape.ContextPerSequence;
        Info = new EngineInfo(
            "llama.cpp", library.Version, library.CpuVariant, shape.FlashAttention, "per-sequence",
            model.Info.Quantisation);
        _thread = EngineThread.Start(model, library, shape, options.QueueLimit, Path.GetFileName(path));
    }

    /// <summary>What computes.</summary>
    public EngineInfo Info { get; }

    /// <summary>What was loaded.</summary>
    public ModelInfo Model => _model.Info;

    /// <summary>Tokens that one request may hold, prompt and answer.</summary>
    public int ContextLength { get; }

    /// <summary>How many requests are computed at the same time.</summary>
    public int Sequences => _options.Sequences;

    /// <summary>How many requests are being computed.</summary>
    public int ActiveRequests => _thread.ActiveJobs;

    /// <summary>How many requests wait.</summary>
    public int QueuedRequests => _thread.QueuedJobs;

    /// <summary>The model's tokens.</summary>
    internal Vocabulary Vocabulary => _model.Vocabulary;

    /// <summary>Loads a model and makes it ready.</summary>
    /// <exception cref="ModelLoadException">There is no such file, it is no usable GGUF, or it needs too much memory.</exception>
    /// <exception cref="NativeLibraryException">The libraries are missing, or the wanted variant can't be used.</exception>
    /// <exception cref="InvalidRequestException">An option is out of range.</exception>
    public static Task<LlamaEngine> LoadAsync(
        string path,
        LlamaOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ILogger logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Infernet.Execution.Llama");
        // The library's load blocks for as long as it reads; it is not for the caller's thread.
        return Task.Run(
            () => Load(path, options ?? new LlamaOptions(), logger, progress, cancellationToken), cancellationToken);
    }

    /// <summary>The tokens of a text, as a prompt has them.</summary>
    public IReadOnlyList<int> Tokenize(string text) => WhileLoaded(() => _model.Vocabulary.Tokenize(text));

    /// <summary>The text of tokens.</summary>
    /// <exception cref="InvalidRequestException">A token is none of the model's.</exception>
    public string Detokenize(IReadOnlyList<int> tokens)
    {
        RequireKnown(tokens, "text");
        return _model.Vocabulary.Detokenize(tokens);
    }

    /// <summary>The prompt that the model's chat template makes of a conversation.</summary>
    /// <exception cref="InvalidRequestException">The model can't chat.</exception>
    public string RenderPrompt(IReadOnlyList<ChatTurn> messages) => _model.ChatTemplate.Render(messages);

    /// <summary>The tokens that a request's answer follows.</summary>
    public IReadOnlyList<int> TokenizePrompt(GenerationRequest request)
    {
        request.Validate();
        return Tokenize(request.Prompt ?? RenderPrompt(request.Messages!));
    }

    /// <summary>
    /// Generates a text. Cancelling ends it with what there is until then, and <see cref="FinishReason.Cancelled"/>:
    /// that is work that was done, and not an error.
    /// </summary>
    /// <exception cref="InvalidRequestException">A field of the request is wrong.</exception>
    /// <exception cref="PromptTooLongException">The prompt does not fit the context.</exception>
    /// <exception cref="EngineUnloadedException">The engine was disposed meanwhile.</exception>
    public async Task<GenerationResult> CompleteAsync(
        GenerationRequest request, CancellationToken cancellationToken = default)
    {
        GenerationJob job = CreateJob(request, listener: null);
        await RunAsync(job, job.Result, cancellationToken).ConfigureAwait(false);
        return await job.Result.ConfigureAwait(false);
    }

    /// <summary>
    /// Generates a text piece by piece; the last piece has the result. Whoever stops reading ends the generation. The
    /// errors are those of <see cref="CompleteAsync"/>.
    /// </summary>
    public async IAsyncEnumerable<GenerationDelta> GenerateAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Holds at most one piece per token, so that the engine never waits for a slow reader.
        var pieces = Channel.CreateUnbounded<GenerationDelta>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        GenerationJob job = CreateJob(request, pieces.Writer);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = RunAsync(job, job.Result, abandoned.Token);
        try
        {
            await foreach (GenerationDelta piece in pieces.Reader.ReadAllAsync(CancellationToken.None)
                .ConfigureAwait(false))
            {
                yield return piece;
            }
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Judges a given completion in one pass: for each of its tokens, where it stood under the same sampling.
    /// </summary>
    /// <exception cref="InvalidRequestException">A token is none of the model's, or there are none.</exception>
    /// <exception cref="PromptTooLongException">Both together do not fit the context.</exception>
    public async Task<IReadOnlyList<TokenScore>> ScoreAsync(
        IReadOnlyList<int> prompt,
        IReadOnlyList<int> completion,
        SamplingOptions sampling,
        CancellationToken cancellationToken = default)
    {
        sampling.Validate();
        RequireTokens(prompt, "prompt");
        RequireTokens(completion, "completion");
        if (prompt.Count + completion.Count > ContextLength + 1)
        {
            throw new PromptTooLongException(prompt.Count + completion.Count, ContextLength);
        }

        var job = new ScoringJob([.. prompt], [.. completion], sampling);
        await RunAsync(job, job.Result, cancellationToken).ConfigureAwait(false);
        return await job.Result.ConfigureAwait(false);
    }

    /// <summary>The embedding of a text: the mean over its tokens, of length 1.</summary>
    /// <exception cref="PromptTooLongException">The text does not fit the context.</exception>
    public async Task<IReadOnlyList<float>> EmbedAsync(string text, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<int> tokens = Tokenize(text);
        RequireTokens(tokens, "text");
        if (tokens.Count > _thread.MaxEmbeddingTokens)
        {
            throw new PromptTooLongException(tokens.Count, _thread.MaxEmbeddingTokens);
        }

        var job = new EmbeddingJob([.. tokens]);
        await RunAsync(job, job.Result, cancellationToken).ConfigureAwait(false);
        return await job.Result.ConfigureAwait(false);
    }

    /// <summary>Unloads the model. Requests that still run or wait end with <see cref="EngineUnloadedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        _model.Dispose();
    }

    private static LlamaEngine Load(
        string path,
        LlamaOptions options,
        ILogger logger,
        IProgress<float>? progress,
        CancellationToken cancellationToken)
    {
        LlamaLibrary library = LlamaLibrary.Load(options.Variant, logger);
        options.Validate();
        GgufHeader header = LlamaModel.ReadHeader(path);
        int context = options.ContextPerSequence ??
            (int)Math.Clamp(header.Integer("context_length") ?? 0, 1, LlamaOptions.DefaultContext);
        MemoryEstimate.Of(header, new FileInfo(path).Length, options.Sequences, context)
            .Require(options.MemoryLimit ?? Devices.AvailableMemory(), path, options.Sequences, context);
        LlamaModel model = LlamaModel.Load(path, header, options.GpuLayers, progress, cancellationToken);
        try
        {
            int threads = options.ThreadsFor(model.Info.SizeBytes, CpuProbe.UsableCores());
            var shape = new ContextShape(
                options.Sequences, context, options.BatchTokens, threads, options.FlashAttention);
            return new LlamaEngine(model, options, library, shape, path);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private GenerationJob CreateJob(GenerationRequest request, ChannelWriter<GenerationDelta>? listener)
    {
        IReadOnlyList<int> prompt = TokenizePrompt(request);
        RequireTokens(prompt, "prompt");
        int room = ContextLength - prompt.Count;
        return room > 0
            ? new GenerationJob(
                _model.Vocabulary, request, [.. prompt], Math.Min(request.MaxTokens, room), _options.Clock, listener)
            : throw new PromptTooLongException(prompt.Count, ContextLength);
    }

    /// <summary>Hands a job to the engine and waits until it has ended, whichever way; the caller reads the result.</summary>
    private async Task RunAsync(EngineJob job, Task ended, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static job => ((EngineJob)job!).Cancel(), job))
        {
            await _thread.EnqueueAsync(job, cancellationToken).ConfigureAwait(false);
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void RequireTokens(IReadOnlyList<int> tokens, string what)
    {
        if (tokens.Count == 0)
        {
            throw new InvalidRequestException($"The {what} is empty; it must have at least one token.");
        }

        RequireKnown(tokens, what);
    }

    private void RequireKnown(IReadOnlyList<int> tokens, string what)
    {
        if (tokens.Any(token => token < 0 || token >= _model.Vocabulary.Count))
        {
            throw new InvalidRequestException(
                $"The {what} has a token that is none of the model's {_model.Vocabulary.Count}.");
        }
    }

    private T WhileLoaded<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (ObjectDisposedException)
        {
            throw _thread.Unloaded();
        }
    }
}
