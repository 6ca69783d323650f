using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;

namespace Infernet.Core.Evidence;

/// <summary>
/// Checks an evidence file without a network: each verdict along its chain of hashes, that the verdicts of a case are on
/// one receipt, and that the inputs and outputs in it are those that the provider signed for. Whoever has the model can
/// then judge the answers again. Pure.
/// </summary>
public sealed class EvidenceFileCheck(AuditCalibrations calibrations)
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxSize = 64 << 20;

    private readonly EvidenceCheck _check = new(calibrations, new EvidenceLimits { MaxAge = null });

    /// <summary>Looks at each case of a file.</summary>
    public IReadOnlyList<EvidenceCaseReport> Read(EvidenceFile file, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(file);
        return [.. file.Cases.Select(c => Read(c, now))];
    }

    private EvidenceCaseReport Read(EvidenceCase said, DateTimeOffset now)
    {
        var verdicts = new List<VerdictReport>();
        Observation? work = null;
        foreach (RevealedVerdict verdict in said.Verdicts)
        {
            EvidenceProblem? problem = _check.FindProblem(
                new Schemas.Evidence { Verdict = verdict }, now, out CheckedEvidence? evidence);
            work ??= evidence?.Observation;
            verdicts.Add(new VerdictReport(evidence?.Observation.Auditor, evidence?.Observation.Finding, problem));
        }

        string? wrong = verdicts.Count == 0 ? "it has no verdict"
            : verdicts.Exists(v => v.Problem is not null) ? "a verdict in it does not hold"
            : FindMixture(said, verdicts) ?? FindProblemOfItems(said);
        return new EvidenceCaseReport(
            work, verdicts, wrong,
            wrong is null ? ShardJudgement.Combine([.. verdicts.Select(v => v.Finding!)]) : null);
    }

    private static string? FindMixture(EvidenceCase said, List<VerdictReport> verdicts)
    {
        RevealedVerdict first = said.Verdicts[0];
        return said.Verdicts.Any(v => v.ReceiptEnvelope != first.ReceiptEnvelope || !v.Audited.Equals(first.Audited))
            ? "its verdicts are not on the same items of one receipt"
            : verdicts.DistinctBy(v => v.Auditor).Count() < verdicts.Count
                ? "an auditor speaks in it more than once"
            : null;
    }

    private static string? FindProblemOfItems(EvidenceCase said)
    {
        RevealedVerdict verdict = said.Verdicts[0];
        if (said.Items.Count != verdict.Audited.Count)
        {
            return $"it holds {said.Items.Count} inputs and outputs, {verdict.Audited.Count} items were audited";
        }

        for (int i = 0; i < said.Items.Count; i++)
        {
            if (FindProblem(said.Items[i], verdict.ItemHashes[(int)verdict.Audited[i]].Span) is { } problem)
            {
                return $"item {i}: {problem}";
            }
        }

        return null;
    }

    private static string? FindProblem(AuditItem item, ReadOnlySpan<byte> hash) =>
        item.Receipt is null || item.Input is null || item.Output is null
            ? "its receipt, its input or its output is missing"
        : !hash.SequenceEqual(ItemReceiptHash.Of(item.Receipt))
            ? "it is not the one that was audited"
        : item.Input.InputCase == Item.InputOneofCase.None
            || !item.Receipt.InputHash.Span.SequenceEqual(ItemHash.Of(item.Input))
            ? "its input is not the one that the provider signed for"
        : !item.Receipt.OutputHash.Span.SequenceEqual(OutputHash.Of(item.Output))
            ? "its output is not the one that the provider signed for"
        : null;
}
