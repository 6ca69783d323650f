using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// Makes evidence files out of this node's own audits: what is gossiped, and beside it the inputs and outputs that were
/// audited, so that whoever has the model can judge again.
/// </summary>
internal sealed class EvidenceFiles(ReputationService reputation, NodeJournal journal)
{
    /// <summary>The audits of a job of this node, or those that this node asked for of a peer's work.</summary>
    /// <param name="subject">A job's id or how it begins, or a peer id.</param>
    /// <exception cref="ApiException">Nothing is known by that name, or nothing of it was audited.</exception>
    public EvidenceExport Export(string subject)
    {
        IReadOnlyList<RevealedVerdict> verdicts = PeerId.TryParse(subject, out PeerId peer)
            ? reputation.OwnVerdicts(o => o.Provider == peer)
            : OfJob(subject);
        var file = new EvidenceFile();
        foreach (IGrouping<ByteString, RevealedVerdict> receipt in verdicts.GroupBy(v => v.ReceiptEnvelope))
        {
            var made = new EvidenceCase();
            made.Verdicts.AddRange(receipt);
            made.Items.AddRange(Items(receipt.Key));
            file.Cases.Add(made);
        }

        return file.Cases.Count > 0
            ? new EvidenceExport(file.ToByteArray(), file.Cases.Count)
            : throw new ApiException(
                "not-found",
                $"No audit of {subject} has left evidence here yet: verdicts are revealed once a provider's part in a "
                + "job has ended.");
    }

    private IReadOnlyList<RevealedVerdict> OfJob(string prefix)
    {
        if (prefix.Length == 0 || !prefix.All(char.IsAsciiHexDigit))
        {
            throw new ApiException("not-found", $"'{prefix}' is neither a job's id nor a peer id.");
        }

        JobRecord job = journal.Jobs.Find(prefix) switch
        {
            [var one] => one,
            [] => throw new ApiException("not-found", $"No job's id begins with {prefix}."),
            _ => throw new ApiException("not-found", $"Several jobs' ids begin with {prefix}; give more of it."),
        };
        return reputation.OwnVerdicts(_ => true, fact => Offer.Parser.ParseFrom(fact.Offer).JobId.Span.SequenceEqual(job.Id));
    }

    private IEnumerable<AuditItem> Items(ByteString receipt) =>
        journal.Evidence.AuditRequest(SHA256.HashData(receipt.Span)) is { } request
            ? AuditRequest.Parser.ParseFrom(request).Items
            : [];
}
