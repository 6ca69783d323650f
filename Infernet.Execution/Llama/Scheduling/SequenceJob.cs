using Infernet.Execution.Sampling;

namespace Infernet.Execution.Llama.Scheduling;

/// <summary>
/// A job that feeds tokens through one sequence of the context and looks at the logits of some of them. It has tokens
/// ready until it waits for the logits that decide the next one.
/// </summary>
internal abstract class SequenceJob(int[] tokens, int count, int firstOutput) : EngineJob
{
    private readonly int[] _tokens = tokens;
    private int _count = count;

    /// <summary>How many tokens were fed.</summary>
    public int Fed { get; private set; }

    /// <summary>How many tokens could be fed now.</summary>
    public int Ready => _count - Fed;

    /// <summary>Takes the next token to feed; its position is what <see cref="Fed"/> was.</summary>
    public int TakeToken() => _tokens[Fed++];

    /// <summary>Whether the logits after the token at this position are wanted.</summary>
    public bool WantsOutput(int position) => position >= firstOutput;

    /// <summary>Receives the logits after the token at a position; true when the job has ended.</summary>
    public abstract bool OnLogits(int position, ReadOnlySpan<float> logits, TokenSampler sampler);

    /// <summary>Called when a sequence is given to the job.</summary>
    public virtual void OnStarted()
    {
    }

    /// <summary>Makes one more token ready.</summary>
    protected void Feed(int token) => _tokens[_count++] = token;
}
