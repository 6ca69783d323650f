using System.Diagnostics;
using Google.Protobuf;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Execution.Auditing;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Bench.Audits;

/// <summary>
/// What auditing a shard costs beside generating it, which is what doing the work again would cost: prompts of 64 tokens
/// and answers of 64, generated one by one and eight at once. The best round of each counts.
/// </summary>
internal static class AuditCost
{
    private const int PromptTokens = 64;
    private const int NewTokens = 64;
    private const int ShardItems = 32;
    private const int Rounds = 5;

    private static readonly (string Name, Sampling Sampling)[] Samplers =
    [
        ("greedy", new Sampling { TopP = 1, MaxTokens = NewTokens }),
        ("temperature 0.8, top-p 0.95", new Sampling { Temperature = 0.8f, TopP = 0.95f, MaxTokens = NewTokens }),
        ("temperature 1", new Sampling { Temperature = 1, TopP = 1, MaxTokens = NewTokens }),
    ];

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        foreach ((string name, Sampling sampling) in Samplers)
        {
            (double alone, double together, double audit, double drawn) = await MeasureAsync(sampling, ct);
            report.Say($"  {name}: a shard takes {1e3 * alone:0.0} ms one by one, {1e3 * together:0.0} ms eight at once; "
                + $"its audit {1e3 * audit:0.0} ms, that of {AuditDraw.DefaultItems} drawn items {1e3 * drawn:0.0} ms");
            report.AddLower($"whole audit / one by one, {name}", audit / alone, "share", "generating again", 1);
            report.AddLower($"whole audit / eight at once, {name}", audit / together, "share", "generating again", 1);
            report.AddLower($"drawn items / eight at once, {name}", drawn / together, "share", "generating again", 1);
        }
    }

    private static async Task<(double Alone, double Together, double Audit, double Drawn)> MeasureAsync(
        Sampling sampling, CancellationToken ct)
    {
        (double alone, double together, double audit, double drawn) =
            (double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            await using (LlamaEngine single = await LoadAsync(1, ct))
            {
                alone = Math.Min(alone, await TimeAsync(() => AnswerAsync(single, Ask(single, sampling), ct)));
            }

            await using LlamaEngine eight = await LoadAsync(8, ct);
            AuditRequest request = Ask(eight, sampling);
            together = Math.Min(together, await TimeAsync(() => AnswerAsync(eight, request, ct)));
            var auditor = new LlamaAuditor(eight, AuditCalibrations.Shipped);
            AuditRequest few = request.Clone();
            while (few.Items.Count > AuditDraw.DefaultItems)
            {
                few.Items.RemoveAt(few.Items.Count - 1);
            }

            audit = Math.Min(audit, await TimeAsync(() => auditor.JudgeAsync(request, ct)));
            drawn = Math.Min(drawn, await TimeAsync(() => auditor.JudgeAsync(few, ct)));
        }

        return (alone, together, audit, drawn);
    }

    private static Task<LlamaEngine> LoadAsync(int slots, CancellationToken ct) => LlamaEngine.LoadAsync(
        Repository.Model,
        new LlamaOptions { Sequences = slots, ContextPerSequence = 512, Threads = Environment.ProcessorCount },
        cancellationToken: ct);

    private static AuditRequest Ask(LlamaEngine engine, Sampling sampling) => new()
    {
        Kind = JobKind.Completion,
        ModelRoot = ByteString.CopyFrom(1),
        Sampling = sampling,
        Engine = AuditedAnswers.Describe(engine),
        Items =
        {
            Enumerable.Range(0, ShardItems).Select(i => new AuditItem
            {
                Input = new Item { Index = (ulong)i, Prompt = AuditedAnswers.PromptOf(engine, PromptTokens, i) },
            }),
        },
    };

    // The end token is passed over, so that every answer has its full length; that its audit then finds the answer too
    // long changes nothing about what the audit costs.
    private static async Task AnswerAsync(LlamaEngine engine, AuditRequest request, CancellationToken ct) =>
        await Task.WhenAll(request.Items.Select(async item =>
        {
            GenerationResult result = await engine.CompleteAsync(
                JobRequests.Of(item.Input, request.Sampling) with { IgnoreEnd = true }, ct);
            AuditedAnswers.Take(item, result);
        }));

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
