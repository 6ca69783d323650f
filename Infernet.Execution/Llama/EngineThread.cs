using System.Threading.Channels;
using Infernet.Execution.Llama.Native;
using Infernet.Execution.Llama.Scheduling;

namespace Infernet.Execution.Llama;

/// <summary>
/// The one thread that computes on a model: takes jobs from a bounded queue while there is room, steps the scheduler
/// while there is work, and sleeps otherwise. Owns the contexts, which die with it.
/// </summary>
internal sealed class EngineThread : IAsyncDisposable
{
    private readonly Channel<EngineJob> _queue;
    private readonly LlamaContext _context;
    private readonly ComputeThreads _pool;
    private readonly Embedder _embedder;
    private readonly BatchScheduler _scheduler;
    private readonly string _modelName;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EngineFailedException? _failure;
    private int _active;
    private int _disposed;

    private EngineThread(LlamaModel model, LlamaLibrary library, ContextShape shape, int queueLimit, string modelName)
    {
        _modelName = modelName;
        _queue = Channel.CreateBounded<EngineJob>(new BoundedChannelOptions(queueLimit) { SingleReader = true });
        _context = LlamaContext.Create(model, shape);
        _pool = new ComputeThreads(library, shape.Threads);
        _context.Attach(_pool);
        _embedder = new Embedder(model, shape, _pool);
        _scheduler = new BatchScheduler(_context, shape.Sequences, shape.BatchTokens);
    }

    public int ActiveJobs => Volatile.Read(ref _active);

    public int QueuedJobs => _queue.Reader.Count;

    public int MaxEmbeddingTokens => _embedder.MaxTokens;

    public static EngineThread Start(
        LlamaModel model, LlamaLibrary library, ContextShape shape, int queueLimit, string modelName)
    {
        var engine = new EngineThread(model, library, shape, queueLimit, modelName);
        new Thread(engine.Run) { IsBackground = true, Name = "llama " + modelName }.Start();
        return engine;
    }

    /// <summary>The error of a request that came too late.</summary>
    public EngineUnloadedException Unloaded() => new(_modelName);

    /// <summary>Puts a job into the queue; waits while it is full. A job that can't get in has been ended.</summary>
    public async ValueTask EnqueueAsync(EngineJob job, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(job, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            job.Fail(Reason());
        }
        catch (OperationCanceledException)
        {
            job.Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _queue.Writer.TryComplete();
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Admit();
                if (_scheduler.ActiveCount > 0)
                {
                    _scheduler.Step();
                    Volatile.Write(ref _active, _scheduler.ActiveCount);
                }
                else
                {
                    WaitForJob();
                }
            }
        }
        catch (Exception failure)
        {
            // Nobody stands above this thread: the reason goes to every request instead, and the process lives on.
            _failure = new EngineFailedException($"The engine of {_modelName} has stopped: {failure.Message}");
        }
        finally
        {
            Close();
        }
    }

    private void Admit()
    {
        while (_scheduler.HasRoom && _queue.Reader.TryRead(out EngineJob? job))
        {
            if (!job.TryStart())
            {
                continue;
            }

            if (job is SequenceJob sequence)
            {
                _scheduler.Admit(sequence);
            }
            else if (job is EmbeddingJob embedding)
            {
                Embed(embedding);
            }
        }

        Volatile.Write(ref _active, _scheduler.ActiveCount);
    }

    private void Embed(EmbeddingJob job)
    {
        try
        {
            job.Complete(_embedder.Embed(job.Tokens));
        }
        catch (InferenceException failure)
        {
            job.Fail(failure);
        }
    }

    /// <summary>Sleeps until there is a job or the engine stops. This thread is the engine's own, so it may block.</summary>
    private void WaitForJob()
    {
        try
        {
            _ = _queue.Reader.WaitToReadAsync(_stop.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
        }
    }

    private InferenceException Reason() => (InferenceException?)_failure ?? Unloaded();

    private void Close()
    {
        _queue.Writer.TryComplete();
        _scheduler.FailAll(Reason());
        while (_queue.Reader.TryRead(out EngineJob? job))
        {
            job.Fail(Reason());
        }

        _embedder.Dispose();
        _context.Dispose();
        _pool.Dispose();
        _stop.Dispose();
        _stopped.SetResult();
    }
}
