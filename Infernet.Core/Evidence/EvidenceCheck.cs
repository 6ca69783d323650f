using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;

namespace Infernet.Core.Evidence;

/// <summary>
/// Whether a fact is one: every size, signature, hash and time in it, before anything is made of it. Pure; the first
/// thing that is wrong is the answer. What it can't see: whether a verdict's counts are true. That is for other auditors
/// to say, and for the weight of those who signed.
/// </summary>
public sealed class EvidenceCheck(AuditCalibrations calibrations, EvidenceLimits limits)
{
    /// <summary>Reads a fact from bytes, and checks it.</summary>
    /// <param name="bytes">As somebody sent them.</param>
    /// <param name="now">The time by this node's clock.</param>
    /// <param name="evidence">The fact, if nothing is wrong.</param>
    public EvidenceProblem? FindProblem(ReadOnlySpan<byte> bytes, DateTimeOffset now, out CheckedEvidence? evidence)
    {
        evidence = null;
        if (bytes.Length > EvidenceLimits.MaxSize)
        {
            return new EvidenceProblem(
                "size", $"it has {bytes.Length} bytes, at most {EvidenceLimits.MaxSize} are allowed", Provable: true);
        }

        return EvidenceBytes.TryRead(bytes) is { } fact
            ? FindProblem(fact, now, out evidence)
            : new EvidenceProblem("format", "it is no evidence", Provable: true);
    }

    /// <summary>Checks a fact.</summary>
    public EvidenceProblem? FindProblem(Schemas.Evidence fact, DateTimeOffset now, out CheckedEvidence? evidence)
    {
        ArgumentNullException.ThrowIfNull(fact);
        evidence = null;
        byte[] canonical = EvidenceBytes.Canonical(fact);
        if (canonical.Length > EvidenceLimits.MaxSize)
        {
            return new EvidenceProblem(
                "size", $"it has {canonical.Length} bytes, at most {EvidenceLimits.MaxSize} are allowed", Provable: true);
        }

        Observation? observation = null;
        EvidenceProblem? problem = fact.FactCase switch
        {
            Schemas.Evidence.FactOneofCase.Receipt => Receipt(fact.Receipt, now, out observation),
            Schemas.Evidence.FactOneofCase.Verdict => Verdict(fact.Verdict, now, out observation),
            _ => new EvidenceProblem("format", "it is neither a receipt nor a verdict", Provable: true),
        };
        if (problem is null)
        {
            evidence = new CheckedEvidence(canonical, observation! with { Id = EvidenceBytes.IdOf(canonical) });
        }

        return problem;
    }

    private EvidenceProblem? Receipt(AcknowledgedReceipt fact, DateTimeOffset now, out Observation? observation)
    {
        var receipt = new ReceiptReading(fact.ReceiptEnvelope, now, limits);
        EvidenceProblem? problem = Receipt(receipt) ?? Acknowledgement(fact, receipt);
        observation = problem is null ? Observe(receipt, ObservationKind.Receipt) : null;
        return problem;
    }

    private EvidenceProblem? Verdict(RevealedVerdict fact, DateTimeOffset now, out Observation? observation)
    {
        observation = null;
        var receipt = new ReceiptReading(fact.ReceiptEnvelope, now, limits);
        var verdict = new VerdictReading(fact, receipt, now, limits);
        EvidenceProblem? problem = Receipt(receipt)
            ?? Step("offer", verdict.FindProblemOfOffer())
            ?? Step("items", verdict.FindProblemOfItems())
            ?? Step("draw", verdict.FindProblemOfDraw())
            ?? Step("verdict", verdict.FindProblemOfVerdict())
            ?? Step("contents", verdict.FindProblemOfContents())
            ?? Step("aggregator's signature", verdict.FindProblemOfSignature())
            ?? Step("age", verdict.FindProblemOfAge(), provable: false);
        if (problem is not null)
        {
            return problem;
        }

        ShardFinding finding = ShardJudgement.Of(
            [.. fact.Contents.Select(c => ContentKey.Of(verdict.Offer.ModelRoot.Span, c.Hash.Span))],
            verdict.Verdict.Items, verdict.Offer.Kind, verdict.Offer.Exact,
            calibrations.For(verdict.Offer.ModelRoot.Span, verdict.Verdict.Engine?.Weights));
        if (finding.Outcome == ShardOutcome.Void)
        {
            return Step("judgement", "the auditor was shown other items than were signed for, and judged nothing");
        }

        observation = Observe(receipt, ObservationKind.Audit) with { Auditor = verdict.Auditor, Finding = finding };
        return null;
    }

    private static EvidenceProblem? Receipt(ReceiptReading receipt) =>
        Step("provider's signature", receipt.FindProblemOfSignature())
        ?? Step("receipt", receipt.FindProblemOfFields())
        ?? Step("duration", receipt.FindProblemOfDuration())
        ?? Step("age", receipt.FindProblemOfAge(), provable: false);

    private static EvidenceProblem? Acknowledgement(AcknowledgedReceipt fact, ReceiptReading receipt)
    {
        var acknowledged = new ReceiptAcknowledged
        {
            ShardId = receipt.Receipt.ShardId,
            ReceiptHash = Google.Protobuf.ByteString.CopyFrom(receipt.Hash),
            Signature = fact.Acknowledgement,
        };
        return Step(
            "acknowledgement",
            ReceiptAcknowledgement.IsValid(acknowledged, receipt.Aggregator, receipt.Hash)
                ? null
                : "the aggregator did not sign for this receipt");
    }

    private static Observation Observe(ReceiptReading receipt, ObservationKind kind) => new()
    {
        Id = "",
        Kind = kind,
        Provider = receipt.Provider,
        Aggregator = receipt.Aggregator,
        Work = receipt.Work,
        Tokens = (long)receipt.Receipt.CompletionTokens,
        At = receipt.FinishedAt,
    };

    private static EvidenceProblem? Step(string step, string? message, bool provable = true) =>
        message is null ? null : new EvidenceProblem(step, message, provable);
}
