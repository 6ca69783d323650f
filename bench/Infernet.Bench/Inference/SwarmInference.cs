using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.Bench.Swarm;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Execution.Llama;

namespace Infernet.Bench.Inference;

/// <summary>
/// The same work by bare calls of llama.cpp and as a job through a swarm of one provider: one question, answered many
/// times, so that both read the same prompts and write the same tokens.
/// </summary>
internal static class SwarmInference
{
    private const string Question = "What is a heron?";
    private const int MaxTokens = 96;
    private const int ContextPerSequence = 512;
    private const int Rounds = 2;

    // Some seconds of work: what a job costs once, at its beginning and at its end, is what the dispatch benchmark shows.
    private static int Answers(int parallel) => 300 * (parallel + 1);

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        foreach (int parallel in new[] { 1, 8 })
        {
            (double direct, double swarm) = await MeasureAsync(parallel, ct);
            string slots = parallel == 1 ? "1 slot" : $"{parallel} slots";
            report.AddHigher($"{slots}, through the swarm", swarm, "tokens/s", "llama.cpp direct", direct);
        }
    }

    private static async Task<(double Direct, double Swarm)> MeasureAsync(int parallel, CancellationToken ct)
    {
        IReadOnlyList<int> prompt = await PromptAsync(ct);
        (double bestDirect, double bestSwarm) = (0, 0);
        for (int round = 0; round < Rounds; round++)
        {
            // One at a time: compute threads that wait for work spin, and would take the other's processors.
            int tokensPerAnswer;
            await using (BenchSwarm swarm = await BenchSwarm.StartAsync(parallel, ct))
            {
                (double speed, tokensPerAnswer) = await RunJobAsync(swarm, Answers(parallel), ct);
                bestSwarm = Math.Max(bestSwarm, speed);
            }

            using var direct = new DirectLlama(
                Repository.Model, parallel, ContextPerSequence, Environment.ProcessorCount);
            direct.Run(prompt, tokensPerAnswer);
            bestDirect = Math.Max(bestDirect, RunDirect(direct, prompt, tokensPerAnswer, Answers(parallel) / parallel));
        }

        return (bestDirect, bestSwarm);
    }

    private static async Task<(double Speed, int TokensPerAnswer)> RunJobAsync(
        BenchSwarm swarm, int answers, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        JobStatus ended = await swarm.EndAsync(await swarm.SubmitAsync(Question, answers, MaxTokens, ct), ct);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (ended.CompletionTokens / seconds, (int)(ended.CompletionTokens / answers));
    }

    private static double RunDirect(
        DirectLlama direct, IReadOnlyList<int> prompt, int tokensPerAnswer, int times)
    {
        long start = Stopwatch.GetTimestamp();
        int tokens = 0;
        for (int time = 0; time < times; time++)
        {
            tokens += direct.Run(prompt, tokensPerAnswer);
        }

        return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<IReadOnlyList<int>> PromptAsync(CancellationToken ct)
    {
        await using LlamaEngine engine = await LlamaEngine.LoadAsync(
            Repository.Model, new LlamaOptions { Sequences = 1, ContextPerSequence = ContextPerSequence },
            cancellationToken: ct);
        return engine.Tokenize(engine.RenderPrompt([new ChatTurn("user", Question)]));
    }
}
