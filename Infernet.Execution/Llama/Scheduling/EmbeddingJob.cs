namespace Infernet.Execution.Llama.Scheduling;

/// <summary>Asks for the embedding of one text; computed between two steps, in a context of its own.</summary>
internal sealed class EmbeddingJob(int[] tokens) : EngineJob
{
    private readonly TaskCompletionSource<float[]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The text's tokens.</summary>
    public int[] Tokens { get; } = tokens;

    /// <summary>The mean of the tokens' embeddings, of length 1.</summary>
    public Task<float[]> Result => _result.Task;

    public void Complete(float[] embedding) => _result.TrySetResult(embedding);

    public override void EndCancelled() => _result.TrySetCanceled();

    public override void Fail(Exception error) => _result.TrySetException(error);
}
