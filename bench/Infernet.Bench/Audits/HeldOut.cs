using Infernet.Bench.Reporting;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>
/// Puts judged answers together to audits and audits to providers, and counts what becomes of them. A simulated provider
/// keeps to one sampler, as a real one does within a job. Its audits are drawn from the answers of all machines: those of
/// one are too few, and drawing the same one again and again would be no new evidence.
/// </summary>
internal static class HeldOut
{
    private const int Providers = 400;
    private const int MostAudits = 50;

    private static readonly int[] AuditCounts = [2, 4, 8, 16];

    /// <summary>Reports one kind of provider.</summary>
    public static void Report(
        BenchReport report, string name, AuditCalibration calibration, IReadOnlyList<MarginSample> samples)
    {
        var random = new Random(1);
        MarginSample[][] kinds =
            [.. samples.GroupBy(sample => sample.Sampling.Temperature).Select(kind => kind.ToArray())];
        (int audits, int rejected) = (0, 0);
        var needed = new List<double>();
        for (int provider = 0; provider < Providers; provider++)
        {
            SequentialTest test = SequentialTest.Start;
            for (int audit = 1; audit <= MostAudits && test.State != SequentialState.Cheater; audit++)
            {
                ShardFinding finding = ShardJudgement.Of(
                    Draw(random, kinds[provider % kinds.Length]), JobKind.Chat, exact: false, calibration);
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

        report.Add($"{name}: condemned after {MostAudits} audits", Share(needed, MostAudits), "share");
    }

    private static double Share(List<double> needed, int audits) =>
        (double)needed.Count(audit => audit <= audits) / needed.Count;

    private static ItemVerdict[] Draw(Random random, MarginSample[] own) =>
    [
        .. Enumerable.Range(0, AuditDraw.DefaultItems).Select(_ => own[random.Next(own.Length)].Verdict),
    ];
}
