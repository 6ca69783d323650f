using Infernet.Bench.Reporting;
using Infernet.Core.Audits;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Execution.Llama;

namespace Infernet.Bench.Audits;

/// <summary>
/// How many audits of four items it takes to condemn each kind of cheat, and that honest providers on other CPU variants
/// and batch sizes never are. Receipts of others, replayed ones, and times that can't be need no audit: the aggregator
/// refuses them when they come. The seeds are others than those of the calibration.
/// </summary>
internal static class AuditDetection
{
    private const int QuestionsPerRun = 16;
    private const int CheatAudits = 50;

    // So many that no provider need give the same answer twice in its audits.
    private const int HonestQuestionsPerRun = 67;
    private const int HonestAudits = 200;
    private const ulong OtherSeeds = 1 << 16;

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        LlamaInstallation installed = LlamaInstallation.Inspect(null);
        var engines = new List<AuditEngine>();
        using var models = new CheatModels();
        try
        {
            foreach (string variant in MarginRuns.Variants.Where(installed.UsableVariants.Contains))
            {
                engines.Add(await AuditEngine.StartAsync(variant, ct));
            }

            Sampling[] samplers = [.. MarginRuns.Samplers.Select(sampler => sampler.Clone())];
            Array.ForEach(samplers, sampler => sampler.Seed += OtherSeeds);
            AuditCalibration calibration = AuditCalibrations.Shipped.For(
                Cid.Parse(await CalibrateBench.RootAsync(ct)).ToBytes(), "Q8_0");
            var runs = new MarginRuns(engines, samplers, QuestionsPerRun, _ => { });
            var honest = new MarginRuns(engines, samplers, HonestQuestionsPerRun, report.Say);
            HeldOut.Report(report, "honest", calibration, await honest.HonestAsync(ct), HonestAudits);
            foreach ((string name, string model) in Models(models))
            {
                HeldOut.Report(report, name, calibration, await runs.CheatAsync(name, model, ct), CheatAudits);
            }

            foreach ((string name, Action<AuditRequest> change) in Changes)
            {
                HeldOut.Report(report, name, calibration, await runs.ChangedAsync(name, change, ct), CheatAudits);
            }

            HeldOut.Report(report, "wrong seed", calibration, await runs.OtherSeedAsync(ct), CheatAudits);
            HeldOut.Report(report, "other sampler", calibration, await runs.OtherSamplerAsync(ct), CheatAudits);
        }
        finally
        {
            foreach (AuditEngine engine in engines)
            {
                await engine.DisposeAsync();
            }
        }
    }

    private static readonly (string Name, Action<AuditRequest> Change)[] Changes =
    [
        ("truncated answer", Tampering.Truncate),
        ("copied answer", Tampering.Copy),
        ("edited tokens", Tampering.Edit),
        ("canned answer", Tampering.Can),
    ];

    private static IEnumerable<(string Name, string Model)> Models(CheatModels models)
    {
        yield return ("smaller model", models.Smaller());
        yield return ("stale model version", models.Stale());
        foreach (Quantisation type in new[]
        {
            Quantisation.Q2_K, Quantisation.Q3_K_M, Quantisation.Q4_0, Quantisation.Q4_K_M, Quantisation.Q5_0,
            Quantisation.Q6_K,
        })
        {
            yield return ($"{type} for Q8_0", models.Quantised(type));
        }
    }
}
