using Infernet.Bench.Processes;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>
/// Answers of honest providers and of cheats, judged by auditors on all CPU variants in turn. Each run asks questions of
/// its own, so that no answer stands for another; a seed makes all of it repeatable.
/// </summary>
internal sealed class MarginRuns(
    IReadOnlyList<AuditEngine> engines, IReadOnlyList<Sampling> samplers, int questions, Action<string> say)
{
    /// <summary>The CPU variants that answer and judge, where they run.</summary>
    public static readonly string[] Variants = ["zen4", "haswell", "x64"];

    /// <summary>From always the likeliest token to more variety than anybody wants.</summary>
    public static readonly Sampling[] Samplers =
    [
        new() { TopP = 1, MaxTokens = 64, Seed = 1_000 },
        new() { Temperature = 0.7f, TopP = 0.95f, MaxTokens = 64, Seed = 2_000 },
        new() { Temperature = 1, TopP = 1, MaxTokens = 64, Seed = 3_000 },
        new() { Temperature = 1.2f, TopP = 1, TopK = 40, MaxTokens = 64, Seed = 4_000 },
        new() { Temperature = 1.5f, TopP = 1, MinP = 0.02f, MaxTokens = 64, Seed = 5_000 },
    ];

    private static readonly EngineSetup Auditing = new(Repository.Model, 8, true);
    private int _runs;

    /// <summary>Honest runs: each variant alone and among eight, with and without flash attention.</summary>
    public async Task<IReadOnlyList<MarginSample>> HonestAsync(CancellationToken ct)
    {
        var samples = new List<MarginSample>();
        foreach (AuditEngine provider in engines)
        {
            foreach ((int slots, bool flash) in new[] { (1, false), (1, true), (8, false), (8, true) })
            {
                var setup = new EngineSetup(Repository.Model, slots, flash);
                samples.AddRange(await RunAsync(provider, setup, null, ct));
            }

            say($"  honest on {provider.Variant}: {samples.Count} answers judged so far");
        }

        return samples;
    }

    /// <summary>What another model's answers look like.</summary>
    public async Task<IReadOnlyList<MarginSample>> CheatAsync(string name, string model, CancellationToken ct)
    {
        var samples = new List<MarginSample>();
        foreach (AuditEngine provider in engines)
        {
            samples.AddRange(await RunAsync(provider, new EngineSetup(model, 8, true), name, ct));
        }

        say($"  {name}: {samples.Count} answers judged");
        return samples;
    }

    /// <summary>Honest answers that were changed afterwards.</summary>
    public async Task<IReadOnlyList<MarginSample>> ChangedAsync(
        string name, Action<AuditRequest> change, CancellationToken ct)
    {
        var samples = new List<MarginSample>();
        foreach (Sampling sampling in samplers)
        {
            AuditRequest answered = await engines[0].AnswerAsync(Auditing, Ask(sampling), ct);
            change(answered);
            AuditEngine auditor = engines[_runs % engines.Count];
            samples.AddRange(await JudgeAsync(auditor, answered, engines[0].Variant, name, ct));
        }

        say($"  {name}: {samples.Count} answers judged");
        return samples;
    }

    /// <summary>Honest answers that are said to have been drawn with another seed.</summary>
    public Task<IReadOnlyList<MarginSample>> OtherSeedAsync(CancellationToken ct) =>
        ChangedAsync("wrong seed", answered => answered.Sampling.Seed ^= 1 << 20, ct);

    /// <summary>Honest greedy answers that are said to have been drawn with some temperature.</summary>
    public async Task<IReadOnlyList<MarginSample>> OtherSamplerAsync(CancellationToken ct)
    {
        var samples = new List<MarginSample>();
        foreach (Sampling sampling in samplers.Where(sampling => sampling.Temperature > 0))
        {
            Sampling greedy = sampling.Clone();
            greedy.Temperature = 0;
            AuditRequest answered = await engines[0].AnswerAsync(Auditing, Ask(greedy), ct);
            answered.Sampling.Temperature = sampling.Temperature;
            AuditEngine auditor = engines[_runs % engines.Count];
            samples.AddRange(await JudgeAsync(auditor, answered, engines[0].Variant, "other sampler", ct));
        }

        return samples;
    }

    private async Task<IReadOnlyList<MarginSample>> RunAsync(
        AuditEngine provider, EngineSetup setup, string? cheat, CancellationToken ct)
    {
        var samples = new List<MarginSample>();
        foreach (Sampling sampling in samplers)
        {
            AuditRequest answered = await provider.AnswerAsync(setup, Ask(sampling), ct);
            string name = $"{provider.Variant}/{setup.Slots}/{(setup.Flash ? "flash" : "plain")}";
            AuditEngine auditor = engines[_runs % engines.Count];
            samples.AddRange(await JudgeAsync(auditor, answered, name, cheat, ct));
        }

        return samples;
    }

    private AuditRequest Ask(Sampling sampling)
    {
        int first = _runs++ * questions;
        Sampling seeded = sampling.Clone();
        seeded.Seed += (ulong)_runs;
        return AuditedAnswers.Ask(
            Enumerable.Range(first, questions).Select(number => number % AuditedAnswers.Questions), seeded);
    }

    private async Task<IEnumerable<MarginSample>> JudgeAsync(
        AuditEngine auditor, AuditRequest answered, string provider, string? cheat, CancellationToken ct)
    {
        IReadOnlyList<ItemVerdict> verdicts = await auditor.JudgeAsync(Auditing, answered, ct);
        return verdicts.Select((verdict, i) => new MarginSample(
            _runs, provider, cheat, answered.Sampling, (int)answered.Items[i].Input.Index, auditor.Variant, verdict));
    }
}
