using Infernet.Bench.Reporting;

namespace Infernet.Bench.Audits;

/// <summary>What audits cost, what they find, and how quickly verdicts are checked.</summary>
internal static class AuditBench
{
    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        await AuditCost.RunAsync(report, ct);
        VerdictChecks.Run(report);
        await AuditDetection.RunAsync(report, ct);
    }
}
