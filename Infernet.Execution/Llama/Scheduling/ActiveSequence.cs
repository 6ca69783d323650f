namespace Infernet.Execution.Llama.Scheduling;

/// <summary>A job and the sequence of the context that it has been given.</summary>
internal sealed class ActiveSequence(SequenceJob job, int sequence)
{
    public SequenceJob Job { get; } = job;

    public int Sequence { get; } = sequence;
}
