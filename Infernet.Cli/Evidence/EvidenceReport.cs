using Infernet.Core.Api;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Schemas;

namespace Infernet.Cli.Evidence;

/// <summary>Checks an evidence file, in the shape in which it is printed.</summary>
internal static class EvidenceReport
{
    public static EvidenceFileView Of(EvidenceFile file, DateTimeOffset now)
    {
        EvidenceCaseView[] cases = [.. new EvidenceFileCheck(AuditCalibrations.Shipped).Read(file, now).Select(Of)];
        return new EvidenceFileView(
            Convert.ToHexStringLower(EvidenceBytes.HashOf(file)), cases.All(c => c.Verified), cases);
    }

    private static EvidenceCaseView Of(EvidenceCaseReport report) => new()
    {
        Provider = report.Work?.Provider.ToString(),
        Aggregator = report.Work?.Aggregator.ToString(),
        FinishedAt = report.Work?.At,
        Verified = report.IsSound,
        Problem = report.Problem,
        Outcome = report.Finding is { } finding ? Word(finding.Outcome) : null,
        LogLikelihoodRatio = report.Finding?.LogLikelihoodRatio,
        Verdicts = [.. report.Verdicts.Select(Of)],
    };

    private static EvidenceVerdictView Of(VerdictReport verdict) => new()
    {
        Auditor = verdict.Auditor?.ToString(),
        Outcome = verdict.Finding is { } finding ? Word(finding.Outcome) : null,
        LogLikelihoodRatio = verdict.Finding?.LogLikelihoodRatio,
        Passed = [.. VerdictReport.Steps.TakeWhile(s => s != verdict.Problem?.Step)],
        Failed = verdict.Problem?.Step,
        Problem = verdict.Problem?.Message,
    };

    private static string Word(ShardOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
