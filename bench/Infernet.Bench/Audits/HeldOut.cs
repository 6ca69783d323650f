using Infernet.Bench.Reporting;
using Infernet.Core.Audits;

namespace Infernet.Bench.Audits;

/// <summary>
/// Puts held-out answers together to audits and audits to providers, and counts what becomes of them. A simulated
/// provider keeps to one sampler and one way of computing, as a real one does within a job.
/// </summary>
internal static class HeldOut
{
    private const int Providers = 400;
    private const int MostAudits = 200;

    public static void Report(
        BenchReport report, MarginModel model, IReadOnlyList<MarginSample> honest, IReadOnlyList<MarginSample> cheats)
    {
        report.Add("design effect", model.DesignEffect, "times");
        Report(report, "honest", model, honest);
        foreach (IGrouping<string?, MarginSample> cheat in cheats.GroupBy(sample => sample.Cheat))
        {
            Report(report, cheat.Key!, model, [.. cheat]);
        }
    }

    /// <summary>Reports one kind of provider.</summary>
    public static void Report(
        BenchReport report, string name, MarginModel model, IReadOnlyList<MarginSample> samples)
    {
        var random = new Random(1);
        MarginSample[][] kinds = [.. samples.GroupBy(s => (s.Provider, s.Sampling.Temperature)).Select(g => g.ToArray())];
        (int audits, int rejected, int condemned) = (0, 0, 0);
        var needed = new List<double>();
        for (int provider = 0; provider < Providers; provider++)
        {
            MarginSample[] own = kinds[provider % kinds.Length];
            SequentialTest test = SequentialTest.Start;
            int audit = 0;
            while (audit < MostAudits && test.State != SequentialState.Cheater)
            {
                double ratio = model.LogLikelihood(Draw(random, own));
                test = test.Add(ratio);
                rejected += ratio >= ShardJudgement.RejectionBound ? 1 : 0;
                audit++;
            }

            audits += audit;
            condemned += test.State == SequentialState.Cheater ? 1 : 0;
            needed.AddRange(test.State == SequentialState.Cheater ? [audit] : []);
        }

        report.Add($"{name}: audits that reject", (double)rejected / audits, "share");
        report.Add($"{name}: condemned within {MostAudits} audits", (double)condemned / Providers, "share");
        if (needed.Count > 0)
        {
            report.Add($"{name}: audits until condemned, p50", Samples.Median(needed), "audits");
        }
    }

    private static uint[] Draw(Random random, MarginSample[] own)
    {
        uint[] counts = new uint[MarginBins.Count];
        for (int item = 0; item < AuditDraw.DefaultItems; item++)
        {
            IReadOnlyList<uint> drawn = own[random.Next(own.Length)].Verdict.MarginCounts;
            for (int bin = 0; bin < drawn.Count; bin++)
            {
                counts[bin] += drawn[bin];
            }
        }

        return counts;
    }
}
