using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;
using static Infernet.Core.Schemas.ItemVerdict.Types;
using FinishReason = Infernet.Core.Receipts.FinishReason;

namespace Infernet.Execution.Auditing;

/// <summary>
/// Judges answers by the model that is said to have given them. It does not generate: prompt and answer go through the
/// model in one pass, and of each token it counts how far it fell short of the one that the same sampler draws there
/// (teacher forcing; Token-DiFR, arXiv 2511.20621). All items of a request share the engine's batches. Keeps nothing;
/// safe to use from many threads.
/// </summary>
public sealed class LlamaAuditor(LlamaEngine engine, AuditCalibrations calibrations)
{
    /// <summary>A verdict per item of a request that <see cref="RequestCheck"/> found right, in their order.</summary>
    /// <exception cref="PromptTooLongException">An answer does not fit this engine's context: it can't judge it.</exception>
    /// <exception cref="InferenceException">The engine can't go on.</exception>
    public async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(AuditRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ItemVerdict>[] items = [.. request.Items.Select(item => JudgeAsync(request, item, all.Token))];
        try
        {
            return await Task.WhenAll(items).ConfigureAwait(false);
        }
        catch
        {
            // One that fails makes the others useless; they must not go on behind the caller's back.
            await all.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(items)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private Task<ItemVerdict> JudgeAsync(AuditRequest request, AuditItem item, CancellationToken cancellationToken)
    {
        Fault[] strange = [.. Unsigned(item)];
        return strange.Length > 0 ? Task.FromResult(Verdict(strange))
            : item.Receipt.FinishReason == FinishReason.Error ? Task.FromResult(JudgeError(request, item))
            : request.Kind == JobKind.Embedding ? JudgeEmbeddingAsync(request, item, cancellationToken)
            : JudgeTextAsync(request, item, cancellationToken);
    }

    /// <summary>What is not the provider's fault: the input or the output is not the one that it signed for.</summary>
    private static IEnumerable<Fault> Unsigned(AuditItem item)
    {
        if (!item.Receipt.InputHash.Span.SequenceEqual(ItemHash.Of(item.Input)))
        {
            yield return Fault.InputHash;
        }

        if (!item.Receipt.OutputHash.Span.SequenceEqual(OutputHash.Of(item.Output)))
        {
            yield return Fault.OutputHash;
        }
    }

    // An error is right where the input can't be read by the model at all, or leaves no room in the provider's context.
    private ItemVerdict JudgeError(AuditRequest request, AuditItem item)
    {
        uint most = request.Kind == JobKind.Embedding
            ? Math.Min(request.Engine.ContextTokens, Embedder.LongestText)
            : Math.Max(request.Engine.ContextTokens, 1) - 1;
        bool right = item.Receipt.TokenIds.Count == 0
            && (Prompt(request, item) is not { Count: > 0 } prompt || prompt.Count > most);
        return Verdict(right ? [] : [Fault.ErrorClaimed]);
    }

    private async Task<ItemVerdict> JudgeTextAsync(
        AuditRequest request, AuditItem item, CancellationToken cancellationToken)
    {
        if (item.Receipt.TokenIds.Any(token => token >= engine.Vocabulary.Count))
        {
            return Verdict([Fault.UnknownToken]);
        }

        if (Prompt(request, item) is not { Count: > 0 } prompt)
        {
            return Verdict([Fault.PromptTokens]);
        }

        List<Fault> faults =
        [
            .. AnswerReplay.Faults(
                engine.Vocabulary, request.Sampling, request.Engine.ContextTokens, prompt.Count, item),
        ];
        if (prompt.Count != item.Receipt.PromptTokens)
        {
            faults.Add(Fault.PromptTokens);
        }

        // A longer prompt than was claimed is wrong whatever the tokens say, and nobody pays for reading it.
        if (item.Receipt.TokenIds.Count == 0 || prompt.Count > item.Receipt.PromptTokens)
        {
            return Verdict(faults);
        }

        IReadOnlyList<TokenScore> scores = await engine.ScoreAsync(
            prompt,
            [.. item.Receipt.TokenIds.Select(token => (int)token)],
            JobRequests.Of(item.Input, request.Sampling).Sampling,
            cancellationToken).ConfigureAwait(false);
        ItemVerdict verdict = Verdict(faults);
        verdict.Tokens = (uint)scores.Count;
        verdict.MarginCounts.Add(Histogram(scores));
        return verdict;
    }

    private static uint[] Histogram(IReadOnlyList<TokenScore> scores)
    {
        uint[] counts = new uint[MarginBins.Count];
        foreach (TokenScore score in scores)
        {
            counts[score.IsDrawn ? MarginBins.OfDrawn(score.Lead) : MarginBins.OfMissed(score.Margin)]++;
        }

        return counts;
    }

    private async Task<ItemVerdict> JudgeEmbeddingAsync(
        AuditRequest request, AuditItem item, CancellationToken cancellationToken)
    {
        IReadOnlyList<float> own = await engine.EmbedAsync(item.Input.Text, cancellationToken).ConfigureAwait(false);
        EmbeddingModel tolerated = calibrations.For(request.ModelRoot.Span, engine.Info.Precision).Embedding;
        bool right = request.Exact
            ? own.SequenceEqual(item.Output.Embedding)
            : CosineDistance(own, item.Output.Embedding) <= tolerated.Tolerance;
        var faults = new List<Fault>();
        if (!right)
        {
            faults.Add(Fault.Embedding);
        }

        if (engine.Tokenize(item.Input.Text).Count != item.Receipt.PromptTokens)
        {
            faults.Add(Fault.PromptTokens);
        }

        return Verdict(faults);
    }

    /// <summary>The prompt's tokens; null if the model can't read the input.</summary>
    private IReadOnlyList<int>? Prompt(AuditRequest request, AuditItem item)
    {
        try
        {
            return request.Kind == JobKind.Embedding
                ? engine.Tokenize(item.Input.Text)
                : engine.TokenizePrompt(JobRequests.Of(item.Input, request.Sampling));
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    /// <summary>1 minus the cosine, for vectors of length 1; NaN if they are of different dimensions.</summary>
    internal static double CosineDistance(IReadOnlyList<float> own, IReadOnlyList<float> other)
    {
        if (own.Count != other.Count)
        {
            return double.NaN;
        }

        (double product, double square) = (0, 0);
        for (int i = 0; i < own.Count; i++)
        {
            product += (double)own[i] * other[i];
            square += (double)other[i] * other[i];
        }

        return 1 - product / Math.Sqrt(square);
    }

    private static ItemVerdict Verdict(IReadOnlyCollection<Fault> faults) => new() { Faults = { faults } };
}
