using Google.Protobuf;
using Infernet.Core.Evidence;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>
/// Makes evidence of verdicts, once the secrets behind their draws may be opened: when nobody works under the offer any
/// more. What was not done before a crash is done after it, since the journal knows what is missing.
/// </summary>
internal sealed partial class VerdictReveals(
    NodeIdentity identity, NodeJournal journal, ReputationService reputation, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Reveals what can be.</summary>
    /// <param name="row">Of which job; null for all.</param>
    /// <param name="live">Offers under which somebody may still work.</param>
    /// <param name="cancellationToken">Leaves the rest for the next time.</param>
    public async Task RevealAsync(long? row, IReadOnlyList<byte[]> live, CancellationToken cancellationToken)
    {
        var closed = new HashSet<string>(live.Select(Convert.ToHexString));
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach ((long job, AuditRecord audit) in journal.Audits.Unrevealed(row))
            {
                if (!closed.Contains(Convert.ToHexString(audit.Offer)))
                {
                    await RevealAsync(job, audit, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (JournalException full)
        {
            LogLater(full.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task RevealAsync(long row, AuditRecord audit, CancellationToken cancellationToken)
    {
        if (journal.Outputs.FindReceipt(row, audit.Receipt) is { } receipt
            && journal.Offers.Find(row, audit.Offer) is { } offer)
        {
            foreach ((_, byte[] verdict) in journal.Audits.Verdicts(row, audit.Receipt))
            {
                await RecordAsync(Build(audit, receipt, offer, verdict), cancellationToken).ConfigureAwait(false);
            }
        }

        await journal.Audits.RevealedAsync(row, audit.Receipt, cancellationToken).ConfigureAwait(false);
    }

    private async Task RecordAsync(RevealedVerdict verdict, CancellationToken cancellationToken)
    {
        try
        {
            await reputation.RecordOwnAsync(new Evidence { Verdict = verdict }, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException refused)
        {
            LogNoEvidence(refused.Message);
        }
    }

    private RevealedVerdict Build(AuditRecord audit, ReceiptRecord receipt, OfferRecord offer, byte[] verdict)
    {
        var revealed = new RevealedVerdict
        {
            ReceiptEnvelope = UnsafeByteOperations.UnsafeWrap(receipt.Envelope),
            Offer = UnsafeByteOperations.UnsafeWrap(offer.Offer),
            Secret = UnsafeByteOperations.UnsafeWrap(offer.Secret),
            AuditRatePpm = offer.RatePpm,
            Discretionary = audit.Discretionary,
            Nonce = AuditRequest.Parser.ParseFrom(audit.Request).Nonce,
            VerdictEnvelope = UnsafeByteOperations.UnsafeWrap(verdict),
        };
        IReadOnlyList<ItemReceipt> items = ReceiptItems.Parser.ParseFrom(receipt.Lines).Items;
        revealed.ItemHashes.AddRange(items.Select(i => UnsafeByteOperations.UnsafeWrap(ItemReceiptHash.Of(i))));
        revealed.Audited.AddRange(audit.Places.Select(p => (uint)p));
        revealed.Contents.AddRange(audit.Places.Select(p => new AuditedContent
        {
            Index = items[p].Index,
            Hash = UnsafeByteOperations.UnsafeWrap(ItemReceiptHash.ContentOf(items[p])),
        }));
        return RevealedVerdictSignature.Sign(identity, revealed);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Verdicts are revealed later: {Reason}")]
    private partial void LogLater(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A verdict is no evidence: {Reason}")]
    private partial void LogNoEvidence(string reason);
}
