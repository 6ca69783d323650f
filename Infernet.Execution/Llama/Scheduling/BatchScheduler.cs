using Infernet.Execution.Sampling;

namespace Infernet.Execution.Llama.Scheduling;

/// <summary>
/// Continuous batching: jobs join as soon as a sequence is free and leave as soon as they end, and in each step all of
/// them share one pass through the model. Used by the engine's thread alone.
/// <para>
/// The library computes together only what stands in a batch by rising sequence numbers without gaps
/// (llama_batch_allocr::split_equal); each gap costs another pass. So a job gets the lowest free number, and batches
/// are filled in the order of the numbers.
/// </para>
/// </summary>
internal sealed class BatchScheduler
{
    private readonly LlamaContext _context;
    private readonly int _batchTokens;
    private readonly TokenSampler _sampler = new();
    private readonly List<ActiveSequence> _active = [];
    private readonly ActiveSequence?[] _bySequence;
    private readonly List<(ActiveSequence Owner, int Position, int Index)> _outputs = [];
    private readonly int[] _ready;
    private readonly int[] _taken;

    public BatchScheduler(LlamaContext context, int sequences, int batchTokens)
    {
        _context = context;
        _batchTokens = batchTokens;
        _ready = new int[sequences];
        _taken = new int[sequences];
        _bySequence = new ActiveSequence?[sequences];
    }

    /// <summary>How many jobs are being computed.</summary>
    public int ActiveCount => _active.Count;

    /// <summary>Whether another job can start.</summary>
    public bool HasRoom => _active.Count < _bySequence.Length;

    /// <summary>Gives a started job a sequence.</summary>
    public void Admit(SequenceJob job)
    {
        var active = new ActiveSequence(job, Array.IndexOf(_bySequence, null));
        _bySequence[active.Sequence] = active;
        _active.Add(active);
        job.OnStarted();
    }

    /// <summary>Computes one step for all active jobs, after dropping those whose callers gave up.</summary>
    public void Step()
    {
        DropCancelled();
        if (_active.Count == 0)
        {
            return;
        }

        FillBatch();
        try
        {
            _context.Decode();
            foreach ((ActiveSequence owner, int position, int index) in _outputs)
            {
                if (owner.Job.OnLogits(position, _context.Logits(index), _sampler))
                {
                    Remove(owner);
                }
            }
        }
        catch (EngineFailedException failure)
        {
            // What the sequences hold is undefined now, so none of them can go on.
            FailAll(failure);
        }
    }

    /// <summary>Ends every active job by an error.</summary>
    public void FailAll(Exception error)
    {
        foreach (ActiveSequence active in _active.ToArray())
        {
            active.Job.Fail(error);
            Remove(active);
        }
    }

    private void DropCancelled()
    {
        for (int i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i].Job.IsCancelled)
            {
                _active[i].Job.EndCancelled();
                Remove(_active[i]);
            }
        }
    }

    private void FillBatch()
    {
        int count = _active.Count;
        for (int i = 0; i < count; i++)
        {
            _ready[i] = _active[i].Job.Ready;
        }

        BatchPlanner.Plan(_ready.AsSpan(0, count), _batchTokens, _taken);
        _context.ClearBatch();
        _outputs.Clear();
        foreach (ActiveSequence? active in _bySequence)
        {
            if (active is not null)
            {
                Add(active, _taken[_active.IndexOf(active)]);
            }
        }
    }

    private void Add(ActiveSequence active, int tokens)
    {
        for (; tokens > 0; tokens--)
        {
            int position = active.Job.Fed;
            bool output = active.Job.WantsOutput(position);
            int index = _context.Add(active.Job.TakeToken(), position, active.Sequence, output);
            if (output)
            {
                _outputs.Add((active, position, index));
            }
        }
    }

    private void Remove(ActiveSequence active)
    {
        _context.Remove(active.Sequence);
        _active.Remove(active);
        _bySequence[active.Sequence] = null;
    }
}
