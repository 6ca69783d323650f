using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Evidence;

/// <summary>
/// A revealed verdict, read step by step along its chain of hashes: receipt, offer, draw, items, request, verdict, and
/// the aggregator's signature around it all.
/// </summary>
internal sealed class VerdictReading(
    RevealedVerdict fact, ReceiptReading receipt, DateTimeOffset now, EvidenceLimits limits)
{
    private static readonly DateTimeOffset Latest = DateTimeOffset.UnixEpoch.AddYears(1_000);
    private Offer _offer = null!;
    private Verdict _verdict = null!;
    private PeerId _auditor = null!;

    public Offer Offer => _offer;

    public Verdict Verdict => _verdict;

    public PeerId Auditor => _auditor;

    public string? FindProblemOfOffer()
    {
        if (fact.Offer.Length > EvidenceLimits.MaxOffer)
        {
            return $"it has {fact.Offer.Length} bytes, at most {EvidenceLimits.MaxOffer} are allowed";
        }

        if (!receipt.Receipt.OfferHash.Span.SequenceEqual(SHA256.HashData(fact.Offer.Span)))
        {
            return "the receipt is for another offer";
        }

        try
        {
            _offer = Offer.Parser.ParseFrom(fact.Offer);
        }
        catch (InvalidProtocolBufferException)
        {
            return "it is no offer";
        }

        return !_offer.JobId.Span.SequenceEqual(receipt.Receipt.JobId.Span) ? "it is of another job than the receipt"
            : !_offer.ModelRoot.Span.SequenceEqual(receipt.Receipt.ModelRoot.Span)
                ? "it is for another model than the receipt"
            : _offer.Kind is not (JobKind.Completion or JobKind.Chat or JobKind.Embedding)
                ? "it asks for no kind of work that can be audited"
            : null;
    }

    public string? FindProblemOfItems()
    {
        if (fact.ItemHashes.Count > EvidenceLimits.MaxItems)
        {
            return $"there are {fact.ItemHashes.Count} items, at most {EvidenceLimits.MaxItems} are allowed";
        }

        if (fact.ItemHashes.Count != receipt.Receipt.ItemCount)
        {
            return $"there are {fact.ItemHashes.Count} items, the receipt is for {receipt.Receipt.ItemCount}";
        }

        return fact.ItemHashes.Any(h => h.Length != ItemReceiptHash.Length)
            || !receipt.Receipt.ItemsRoot.Span.SequenceEqual(
                ItemsRoot.Of([.. fact.ItemHashes.Select(h => h.Memory)]))
            ? "they are not those that the receipt is signed for"
            : null;
    }

    /// <summary>
    /// After the draw. Without it, an aggregator could name one answer twice and have it counted as two.
    /// </summary>
    public string? FindProblemOfContents()
    {
        if (fact.Contents.Count != fact.Audited.Count)
        {
            return $"there are {fact.Contents.Count} contents for {fact.Audited.Count} audited items";
        }

        return fact.Contents.Zip(fact.Audited).All(pair => pair.First.Hash.Length == ItemReceiptHash.Length
            && fact.ItemHashes[(int)pair.Second].Span.SequenceEqual(
                ItemReceiptHash.Of(pair.First.Index, pair.First.Hash.Span)))
            ? null
            : "they are not those of the audited items";
    }

    public string? FindProblemOfDraw() => fact.Audited.Count > AuditLimits.MaxItems
        ? $"{fact.Audited.Count} items were audited, at most {AuditLimits.MaxItems} may be"
        : AuditDraw.FindProblem(
            _offer.SecretCommitment.Span, fact.Secret.Span, fact.AuditRatePpm, receipt.Hash, fact.ItemHashes.Count,
            fact.Audited, fact.Discretionary);

    /// <summary>After the draw, which says that the places of the audited items are places of items.</summary>
    public string? FindProblemOfVerdict()
    {
        if (fact.Nonce.Length != AuditLimits.NonceLength)
        {
            return $"the request's nonce has {fact.Nonce.Length} bytes, not {AuditLimits.NonceLength}";
        }

        byte[] request = AuditRequestHash.Of(
            fact.Nonce.Span, _offer.Kind, _offer.ModelRoot.Span, _offer.Sampling, receipt.Receipt.Engine, _offer.Exact,
            [.. fact.Audited.Select(place => fact.ItemHashes[(int)place].Memory)]);
        string? problem = VerdictCheck.FindProblem(
            fact.VerdictEnvelope.Span,
            new VerdictExpectation
            {
                Aggregator = receipt.Aggregator,
                RequestHash = request,
                ModelRoot = _offer.ModelRoot.Memory,
                Exact = _offer.Exact,
                Items = fact.Audited.Count,
                NotBefore = receipt.FinishedAt - limits.ClockTolerance,
                // What only the clock has against it is another step.
                NotAfter = Latest,
            },
            out _verdict);
        if (problem is not null)
        {
            return problem;
        }

        _ = PeerId.TryParse(_verdict.Auditor.Span, out _auditor);
        return _auditor == receipt.Provider ? "the auditor judged its own work" : null;
    }

    public string? FindProblemOfAge() =>
        _verdict.DecidedUnixUs > ReceiptReading.Microseconds(now + limits.ClockTolerance)
            ? "it is from the future; are both clocks right?"
            : null;

    public string? FindProblemOfSignature() => RevealedVerdictSignature.IsValid(fact, receipt.Aggregator)
        ? null
        : "the aggregator did not sign for this";
}
