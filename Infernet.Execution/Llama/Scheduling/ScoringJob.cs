using Infernet.Execution.Generation;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Llama.Scheduling;

/// <summary>
/// Judges a text that exists already: prompt and text go through the model as one prompt, and each token of the text is
/// compared with what the logits before it allow.
/// </summary>
internal sealed class ScoringJob(int[] prompt, int[] completion, SamplingOptions sampling)
    : SequenceJob([.. prompt, .. completion], prompt.Length + completion.Length - 1, prompt.Length - 1)
{
    private readonly TaskCompletionSource<IReadOnlyList<TokenScore>> _result =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TokenScore[] _scores = new TokenScore[completion.Length];

    /// <summary>One score per token of the text.</summary>
    public Task<IReadOnlyList<TokenScore>> Result => _result.Task;

    public override bool OnLogits(int position, ReadOnlySpan<float> logits, TokenSampler sampler)
    {
        int at = position - (prompt.Length - 1);
        _scores[at] = sampler.Score(logits, sampling, at, completion[at]);
        if (at < completion.Length - 1)
        {
            return false;
        }

        _result.TrySetResult(_scores);
        return true;
    }

    public override void EndCancelled() => _result.TrySetCanceled();

    public override void Fail(Exception error) => _result.TrySetException(error);
}
