namespace Infernet.Execution.Llama.Scheduling;

/// <summary>A job and the sequence of the context that it has been given.</summary>
internal sealed record ActiveSequence(SequenceJob Job, int Sequence);
