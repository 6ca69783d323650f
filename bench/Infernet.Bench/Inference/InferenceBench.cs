using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Bench.Inference;

/// <summary>
/// How much of llama.cpp's own speed the engine hands on. The ways take turns for several rounds, each warmed up, so that
/// a disturbance of the machine hits each of them; the best round of each counts.
/// </summary>
internal static class InferenceBench
{
    private const string Prompt = "<|im_start|>user\nWhat is a heron?<|im_end|>\n<|im_start|>assistant\n";
    private const int TokensPerText = 200;
    private const int ContextPerSequence = 512;
    private const int Rounds = 5;

    private static readonly GenerationRequest Request =
        new() { Prompt = Prompt, MaxTokens = TokensPerText, IgnoreEnd = true };

    /// <summary>Measures with the model that the repository carries.</summary>
    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        const string direct = "llama.cpp direct";
        foreach (InferenceFigures figures in await MeasureAsync(Repository.Model, ct))
        {
            string texts = figures.Parallel == 1 ? "1 text" : $"{figures.Parallel} texts at once";
            report.AddHigher($"{texts}, whole results", figures.Engine, "tokens/s", direct, figures.Direct);
            report.AddHigher($"{texts}, streamed", figures.Streaming, "tokens/s", direct, figures.Direct);
        }

        await SwarmInference.RunAsync(report, ct);
    }

    /// <summary>Measures one text alone and eight at once.</summary>
    public static async Task<IReadOnlyList<InferenceFigures>> MeasureAsync(string model, CancellationToken ct)
    {
        var figures = new List<InferenceFigures>();
        foreach (int parallel in new[] { 1, 8 })
        {
            figures.Add(await MeasureAsync(model, parallel, ct));
        }

        return figures;
    }

    private static async Task<InferenceFigures> MeasureAsync(string model, int parallel, CancellationToken ct)
    {
        (double best, double whole, double streamed) = (0, 0, 0);
        for (int round = 0; round < Rounds; round++)
        {
            // One at a time: compute threads that wait for work spin, and would take the other's processors.
            IReadOnlyList<int> prompt;
            await using (LlamaEngine engine = await LoadAsync(model, parallel, ct))
            {
                prompt = engine.Tokenize(Prompt);
                await CompleteAsync(engine, Request, parallel, ct);
                whole = Math.Max(whole, await TimeAsync(() => CompleteAsync(engine, Request, parallel, ct)));
                streamed = Math.Max(streamed, await TimeAsync(() => StreamAsync(engine, Request, parallel, ct)));
            }

            using var direct = new DirectLlama(model, parallel, ContextPerSequence, Environment.ProcessorCount);
            direct.Run(prompt, TokensPerText);
            best = Math.Max(best, await TimeAsync(() => Task.FromResult(direct.Run(prompt, TokensPerText))));
        }

        return new InferenceFigures(parallel, best, whole, streamed);
    }

    private static Task<LlamaEngine> LoadAsync(string model, int parallel, CancellationToken ct) =>
        LlamaEngine.LoadAsync(
            model,
            new LlamaOptions
            {
                Sequences = parallel,
                ContextPerSequence = ContextPerSequence,
                Threads = Environment.ProcessorCount,
            },
            cancellationToken: ct);

    private static async Task<int> CompleteAsync(
        LlamaEngine engine, GenerationRequest request, int parallel, CancellationToken ct)
    {
        GenerationResult[] results = await Task.WhenAll(
            Enumerable.Range(0, parallel).Select(_ => engine.CompleteAsync(request, ct)));
        return results.Sum(result => result.CompletionTokens);
    }

    private static async Task<int> StreamAsync(
        LlamaEngine engine, GenerationRequest request, int parallel, CancellationToken ct)
    {
        async Task<int> One()
        {
            int tokens = 0;
            await foreach (GenerationDelta delta in engine.GenerateAsync(request, ct))
            {
                tokens += delta.TokenIds.Count;
            }

            return tokens;
        }

        int[] counts = await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => One()));
        return counts.Sum();
    }

    private static async Task<double> TimeAsync(Func<Task<int>> generate)
    {
        long start = Stopwatch.GetTimestamp();
        int tokens = await generate();
        return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
