using Infernet.Bench.Reporting;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>
/// Puts judged answers together to audits and audits to providers, and counts what becomes of them. A simulated provider
/// keeps to one sampler, as a real one does within a job. Its audits are drawn from the answers of all machines, since those
/// of one are too few, and none of them is drawn again before all were: the same one again would be no new evidence.
/// </summary>
internal static class HeldOut
{
    private const int Providers = 400;
    private static readonly int[] AuditCounts = [2, 4, 8, 16];

    /// <summary>Reports one kind of provider.</summary>
    public static void Report(
        BenchReport report, string name, AuditCalibration calibration, IReadOnlyList<MarginSample> samples,
        int mostAudits)
    {
        var random = new Random(1);
        MarginSample[][] kinds =
            [.. samples.GroupBy(sample => sample.Sampling.Temperature).Select(kind => kind.ToArray())];
        (int audits, int rejected) = (0, 0);
        var needed = new List<double>();
        (double sum, double most) = (0, 0);
        for (int provider = 0; provider < Providers; provider++)
        {
            SequentialTest test = SequentialTest.Start;
            IEnumerator<ItemVerdict[]> drawn = Draw(random, kinds[provider % kinds.Length]).GetEnumerator();
            for (int audit = 1; audit <= mostAudits && test.State != SequentialState.Cheater; audit++)
            {
                drawn.MoveNext();
                ShardFinding finding = ShardJudgement.Of(drawn.Current, JobKind.Chat, exact: false, calibration);
                double ratio = Math.Exp(finding.LogLikelihoodRatio);
                (sum, most) = (sum + ratio, Math.Max(most, ratio));
                test = test.Add(finding.LogLikelihoodRatio);
                rejected += finding.Outcome == ShardOutcome.Rejected ? 1 : 0;
                audits++;
            }

            needed.Add(test.State == SequentialState.Cheater ? test.Audits : double.PositiveInfinity);
        }

        report.Add($"{name}: audits that reject", (double)rejected / audits, "share");
        foreach (int count in AuditCounts)
        {
            report.Add($"{name}: condemned after {count} audits", Share(needed, count), "share");
        }

        report.Add($"{name}: condemned after {mostAudits} audits", Share(needed, mostAudits), "share");
        if (samples.All(sample => sample.Cheat is null))
        {
            // What the error bounds rest on: of a true likelihood ratio the mean would be 1.
            report.Add($"{name}: likelihood ratio, mean", sum / audits, "");
            report.Add($"{name}: likelihood ratio, largest", most, "");
        }
    }

    private static double Share(List<double> needed, int audits) =>
        (double)needed.Count(audit => audit <= audits) / needed.Count;

    private static IEnumerable<ItemVerdict[]> Draw(Random random, MarginSample[] own)
    {
        while (true)
        {
            MarginSample[] shuffled = [.. own];
            random.Shuffle(shuffled);
            foreach (MarginSample[] audit in shuffled.Chunk(AuditDraw.DefaultItems))
            {
                yield return [.. audit.Select(sample => sample.Verdict)];
            }
        }
    }
}
