namespace Infernet.Execution.Llama.Scheduling;

/// <summary>
/// A piece of work for the engine's thread. It waits in the queue, is started once, and ends once: by its result, by an
/// error, or by its caller giving up. Only giving up comes from other threads.
/// </summary>
internal abstract class EngineJob
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int GivenUp = 2;

    private int _state = Waiting;
    private int _cancelled;

    /// <summary>Whether the caller has given up.</summary>
    public bool IsCancelled => Volatile.Read(ref _cancelled) != 0;

    /// <summary>Takes the job out of the queue; false when its caller gave up before.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;

    /// <summary>The caller gives up. A job that still waits ends at once; a started one ends after the step.</summary>
    public void Cancel()
    {
        Volatile.Write(ref _cancelled, 1);
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting)
        {
            EndCancelled();
        }
    }

    /// <summary>Ends the job by what was done until the caller gave up.</summary>
    public abstract void EndCancelled();

    /// <summary>Ends the job by an error.</summary>
    public abstract void Fail(Exception error);
}
