using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Hardware;

/// <summary>
/// Times a model that is loaded: one prompt for the prefill, then as many answers at once as it takes, for a while.
/// Takes well under a second with a small model; other requests that run meanwhile make the figure smaller.
/// </summary>
public static class SpeedProbe
{
    private const int PromptWords = 128;
    private const int MostTokens = 256;
    private static readonly TimeSpan DecodeTime = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures.</summary>
    /// <exception cref="EngineUnloadedException">The engine was disposed meanwhile.</exception>
    public static async Task<MeasuredSpeed> MeasureAsync(
        LlamaEngine engine, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        int words = Math.Min(PromptWords, engine.ContextLength / 8);
        GenerationRequest prefill = new()
        {
            Prompt = string.Concat(Enumerable.Repeat("word ", Math.Max(words, 1))),
            MaxTokens = 1,
            IgnoreEnd = true,
        };
        // The first run warms the caches up.
        await engine.CompleteAsync(prefill, cancellationToken).ConfigureAwait(false);
        GenerationResult read = await engine.CompleteAsync(prefill, cancellationToken).ConfigureAwait(false);
        double prefillSpeed = read.PromptTokens / Math.Max(read.Timings.Prefill.TotalSeconds, 1e-6);

        using var enough = new CancellationTokenSource(DecodeTime, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        GenerationRequest decode = new() { Prompt = "word", MaxTokens = MostTokens, IgnoreEnd = true };
        long start = clock.GetTimestamp();
        GenerationResult[] written = await Task
            .WhenAll(Enumerable.Range(0, engine.Sequences).Select(_ => engine.CompleteAsync(decode, stop.Token)))
            .ConfigureAwait(false);
        double seconds = Math.Max(clock.GetElapsedTime(start).TotalSeconds, 1e-6);
        cancellationToken.ThrowIfCancellationRequested();
        return new MeasuredSpeed(prefillSpeed, written.Sum(result => result.CompletionTokens) / seconds);
    }
}
