using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Execution;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;
using FinishReasons = Infernet.Core.Receipts.FinishReason;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>Lets llama.cpp answer the items of jobs.</summary>
internal static class EngineAnswers
{
    /// <summary>Describes a loaded model to those who want it to work.</summary>
    public static ServedEngine Of(Cid root, LlamaEngine engine, string device) => new(
        root,
        new EngineDescription
        {
            Name = engine.Info.Name,
            Build = engine.Info.LibraryVersion,
            CpuVariant = engine.Info.CpuVariant,
            FlashAttention = engine.Info.FlashAttention,
            KvMode = engine.Info.KvMode,
            KvPrecision = "f16",
            Device = device,
            Weights = engine.Info.Precision,
            ContextTokens = (uint)engine.ContextLength,
        },
        engine.Sequences,
        (item, sampling, cancellationToken) => AnswerAsync(engine, item, sampling, cancellationToken));

    // What is wrong with an item ends that item, with an error for its result; what is wrong with the engine ends the
    // shard.
    private static async Task<ItemAnswer> AnswerAsync(
        LlamaEngine engine, Item item, Sampling sampling, CancellationToken cancellationToken)
    {
        try
        {
            return item.InputCase == Item.InputOneofCase.Text
                ? await EmbedAsync(engine, item, cancellationToken).ConfigureAwait(false)
                : await GenerateAsync(engine, item, sampling, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is PromptTooLongException or InvalidRequestException)
        {
            string error = refused.Message.Length <= JobProtocol.MaxErrorLength
                ? refused.Message
                : refused.Message[..JobProtocol.MaxErrorLength];
            return new ItemAnswer(
                new ItemOutput { Index = item.Index, Error = error },
                [], (refused as PromptTooLongException)?.PromptTokens ?? 0, FinishReasons.Error);
        }
    }

    private static async Task<ItemAnswer> GenerateAsync(
        LlamaEngine engine, Item item, Sampling sampling, CancellationToken cancellationToken)
    {
        GenerationResult result = await engine.CompleteAsync(JobRequests.Of(item, sampling), cancellationToken)
            .ConfigureAwait(false);
        if (result.FinishReason == FinishReason.Cancelled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return new ItemAnswer(
            new ItemOutput { Index = item.Index, Text = result.Text },
            result.TokenIds,
            result.PromptTokens,
            result.FinishReason == FinishReason.Stop ? FinishReasons.Stop : FinishReasons.Length);
    }

    private static async Task<ItemAnswer> EmbedAsync(
        LlamaEngine engine, Item item, CancellationToken cancellationToken)
    {
        IReadOnlyList<float> embedding = await engine.EmbedAsync(item.Text, cancellationToken).ConfigureAwait(false);
        var output = new ItemOutput { Index = item.Index };
        output.Embedding.AddRange(embedding);
        return new ItemAnswer(output, [], engine.Tokenize(item.Text).Count, FinishReasons.Stop);
    }
}
