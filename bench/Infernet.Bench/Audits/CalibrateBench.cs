using System.Globalization;
using System.Text.RegularExpressions;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.ContentStore.Blobs;
using Infernet.Core.Audits;
using Infernet.Execution.Llama;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Audits;

/// <summary>
/// Fits the calibration of the shipped model, and from it the wider ones for other models, and writes them where the
/// program takes them from. Half of the runs make the fit; the other half show whether it keeps its promises.
/// </summary>
internal static partial class CalibrateBench
{
    private const int QuestionsPerRun = 24;
    private const int HeldOutAudits = 50;
    private const double ForOneQuantisation = 3;
    private const double ForAnyModel = 10;

    private static readonly Quantisation[] Mildest = [Quantisation.Q4_0, Quantisation.Q4_1, Quantisation.Q4_K_M];

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

            var runs = new MarginRuns(engines, MarginRuns.Samplers, QuestionsPerRun, report.Say);
            IReadOnlyList<MarginSample> honest = [.. await runs.HonestAsync(ct), .. await runs.HonestAsync(ct)];
            var cheats = new List<MarginSample>();
            foreach (Quantisation type in Mildest)
            {
                cheats.AddRange(await runs.CheatAsync(type.ToString(), models.Quantised(type), ct));
            }

            IReadOnlyList<MarginSample> foreign =
                [.. await runs.ChangedAsync("copied", Tampering.Copy, ct), .. await runs.OtherSeedAsync(ct)];
            MarginModel fit = CalibrationFit.Fit(Half(honest).Where(IsFiltered), Half(cheats), Half(foreign));
            EmbeddingModel embedding = await EmbeddingFit.RunAsync(engines, models.Quantised(Quantisation.Q4_0), ct);
            CalibrationProvenance provenance = Provenance(installed, engines, honest, cheats);
            string root = await RootAsync(ct);
            AuditCalibration own = Write("pocket-wordnet-5m-q8_0", root, "Q8_0", fit, embedding, provenance);
            MarginModel wider = CalibrationFit.Widen(fit, ForOneQuantisation);
            Write("q8_0", "", "Q8_0", wider, embedding, provenance);
            Write("f16", "", "F16", wider, embedding, provenance);
            MarginModel widest = CalibrationFit.Widen(fit, ForAnyModel);
            Write("fallback", "", "", widest, embedding with { Tolerance = 4 * embedding.Tolerance }, provenance);
            report.Add("design effect", fit.DesignEffect, "times");
            HeldOut.Report(report, "honest", own, Other(honest), HeldOutAudits);
            HeldOut.Report(report, "mildest cheats", own, Other(cheats), HeldOutAudits);
        }
        finally
        {
            foreach (AuditEngine engine in engines)
            {
                await engine.DisposeAsync();
            }
        }
    }

    // Where a filter cuts the vocabulary, two honest machines may cut it one token apart, and then differ by any margin.
    // What is usual there is taken to be usual everywhere, which errs to the side of the provider.
    private static bool IsFiltered(MarginSample sample) =>
        sample.Sampling is { Temperature: > 0 } and ({ TopK: > 0 } or { TopP: < 1 } or { MinP: > 0 });

    private static MarginSample[] Half(IEnumerable<MarginSample> samples) => [.. samples.Where(s => s.Run % 2 == 0)];

    private static MarginSample[] Other(IEnumerable<MarginSample> samples) => [.. samples.Where(s => s.Run % 2 == 1)];

    private static AuditCalibration Write(
        string name, string root, string weights, MarginModel margins, EmbeddingModel embedding,
        CalibrationProvenance provenance)
    {
        var calibration = new AuditCalibration
        {
            ModelRoot = root,
            Weights = weights,
            Provenance = provenance,
            Margins = margins,
            Embedding = embedding,
        };
        string path = Path.Combine(Repository.Root, "Infernet.Core", "Audits", "Calibrations", name + ".json");
        File.WriteAllBytes(path, [.. AuditCalibrations.Write(calibration), (byte)'\n']);
        return calibration;
    }

    private static CalibrationProvenance Provenance(
        LlamaInstallation installed, IEnumerable<AuditEngine> engines, IReadOnlyCollection<MarginSample> honest,
        IReadOnlyCollection<MarginSample> cheats) => new(
        "./bench.sh calibrate",
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Processor().Match(File.ReadAllText("/proc/cpuinfo")).Groups[1].Value,
        "llama.cpp " + installed.Version,
        "pocket-wordnet-5m, Q8_0",
        [.. Mildest.Select(type => type.ToString())],
        [.. engines.Select(engine => engine.Variant)],
        [1, 8],
        [.. MarginRuns.Samplers.Select(sampler => Math.Round(sampler.Temperature, 2))],
        [.. honest.Select(sample => sample.Sampling.Seed).Distinct().Order()],
        honest.Select(sample => sample.Question).Distinct().Count(),
        Half(honest).Where(IsFiltered).Sum(sample => (long)sample.Verdict.Tokens),
        Half(cheats).Sum(sample => (long)sample.Verdict.Tokens));

    /// <summary>The shipped model's CID, as a store that adds it computes it.</summary>
    public static async Task<string> RootAsync(CancellationToken ct)
    {
        string folder = Directory.CreateTempSubdirectory("infernet-audit-store").FullName;
        try
        {
            await using BlobStore store = BlobStore.Open(
                new BlobStoreOptions { Directory = folder }, NullLoggerFactory.Instance);
            return (await store.AddFileAsync(Repository.Model, AddMode.Copy, progress: null, ct)).Root.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"model name\s*: (.*)")]
    private static partial Regex Processor();
}
