using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Execution.Auditing;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;
using FinishReason = Infernet.Core.Receipts.FinishReason;
using JobSampling = Infernet.Core.Schemas.Sampling;

namespace Infernet.Execution.Tests.Auditing;

/// <summary>Questions as an audit's request, the answers of an engine with their receipts, and what an audit finds.</summary>
internal static class Answers
{
    public static readonly JobSampling Greedy = new() { TopP = 1, MaxTokens = 64 };

    /// <summary>
    /// The shipped model knows its answers by heart: only at a high temperature, and asked for words that do not exist,
    /// does it hesitate so that one who cheats a little answers differently.
    /// </summary>
    public static readonly JobSampling Varied = new() { Temperature = 1.4f, TopP = 1, MaxTokens = 48, Seed = 7 };

    /// <summary>Asks questions, and lets the engine answer them.</summary>
    public static async Task<AuditRequest> AskAsync(
        LlamaEngine engine, JobSampling sampling, int count, int first = 0)
    {
        AuditRequest request = Ask(sampling, count, first);
        await AnswerAsync(engine, request);
        return request;
    }

    /// <summary>Questions without answers.</summary>
    public static AuditRequest Ask(JobSampling sampling, int count, int first = 0) => new()
    {
        Nonce = ByteString.CopyFrom(new byte[AuditLimits.NonceLength]),
        Kind = JobKind.Chat,
        ModelRoot = ByteString.CopyFrom(1),
        Sampling = sampling.Clone(),
        Items = { Enumerable.Range(first, count).Select(Question) },
    };

    public static async Task AnswerAsync(LlamaEngine engine, AuditRequest request)
    {
        request.Engine = new EngineDescription
        {
            Name = engine.Info.Name,
            Build = engine.Info.LibraryVersion,
            CpuVariant = engine.Info.CpuVariant,
            FlashAttention = engine.Info.FlashAttention,
            KvMode = engine.Info.KvMode,
            KvPrecision = "f16",
            Device = "cpu",
            Weights = engine.Info.Precision,
            ContextTokens = (uint)engine.ContextLength,
        };
        await Task.WhenAll(request.Items.Select(async item =>
        {
            GenerationResult result = await engine
                .CompleteAsync(JobRequests.Of(item.Input, request.Sampling)).WaitAsync(TestModels.Patience);
            item.Output = new ItemOutput { Index = item.Input.Index, Text = result.Text };
            item.Receipt = new ItemReceipt
            {
                TokenIds = { result.TokenIds.Select(token => (uint)token) },
                PromptTokens = (uint)result.PromptTokens,
                FinishReason = result.FinishReason == Generation.FinishReason.Stop
                    ? FinishReason.Stop
                    : FinishReason.Length,
            };
            Sign(item);
        }));
    }

    /// <summary>Signs for what the item holds now, as a cheat does after changing it.</summary>
    public static void Sign(AuditItem item)
    {
        item.Receipt.Index = item.Input.Index;
        item.Receipt.InputHash = ByteString.CopyFrom(ItemHash.Of(item.Input));
        item.Receipt.OutputHash = ByteString.CopyFrom(OutputHash.Of(item.Output));
        item.Receipt.CompletionTokens = (uint)item.Receipt.TokenIds.Count;
    }

    /// <summary>Puts other tokens into an answer, with the text that they spell, and signs for it.</summary>
    public static void Replace(LlamaEngine engine, AuditItem item, IEnumerable<uint> tokens)
    {
        uint[] taken = [.. tokens];
        item.Receipt.TokenIds.Clear();
        item.Receipt.TokenIds.Add(taken);
        var text = new AnswerText(engine.Vocabulary, []);
        foreach (uint token in taken)
        {
            text.Append((int)token);
        }

        text.Finish();
        item.Output.Text = text.ToString();
        Sign(item);
    }

    public static async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(LlamaEngine engine, AuditRequest request) =>
        await new LlamaAuditor(engine, AuditCalibrations.Shipped)
            .JudgeAsync(request, default).WaitAsync(TestModels.Patience);

    /// <summary>What becomes of each audit of so many items.</summary>
    public static async Task<IReadOnlyList<ShardFinding>> FindAsync(
        LlamaEngine engine, AuditRequest request, int itemsPerAudit = 4) =>
        Findings(await JudgeAsync(engine, request), request, itemsPerAudit);

    public static IReadOnlyList<ShardFinding> Findings(
        IReadOnlyList<ItemVerdict> verdicts, AuditRequest request, int itemsPerAudit = 4)
    {
        AuditCalibration calibration = AuditCalibrations.Shipped.For(request.ModelRoot.Span, "Q8_0");
        return
        [
            .. verdicts.Chunk(itemsPerAudit).Select(items =>
                ShardJudgement.Of(items, request.Kind, request.Exact, calibration)),
        ];
    }

    /// <summary>What all audits together say of the provider.</summary>
    public static SequentialTest Account(IEnumerable<ShardFinding> findings) => findings.Aggregate(
        SequentialTest.Start, (test, finding) => test.Add(finding.LogLikelihoodRatio));

    private static AuditItem Question(int number) => new()
    {
        Input = new Item
        {
            Index = (ulong)number,
            Chat = new ChatMessages
            {
                Messages = { new ChatMessage { Role = "user", Content = Text(number) } },
            },
        },
    };

    private static string Text(int number)
    {
        string question = TestModels.Questions[number].Question;
        return number % 2 == 0 ? question : question[..^4] + new string([.. question[^4..^1].Reverse()]) + "?";
    }
}
