using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs;

/// <summary>Says of each answer whether somebody looked whether it is right.</summary>
internal sealed class JobMarks(NodeJournal journal, PeerId self)
{
    private readonly string _self = self.ToString();

    /// <summary>The marks of some answers, in their order; null where an answer was taken back meanwhile.</summary>
    public IReadOnlyList<ItemVerification?> Of(JobRecord job, IReadOnlyList<OutputRecord> outputs)
    {
        if (job.IsRedundant)
        {
            IReadOnlyDictionary<int, BallotMark> votes =
                journal.Votes.Marks(job.Row, [.. outputs.Select(o => o.Index)]);
            return [.. outputs.Select(o => votes.TryGetValue(o.Index, out BallotMark? vote) ? Of(vote) : null)];
        }

        IReadOnlyDictionary<string, AuditMark> audits = journal.Audits.Marks(
            job.Row, [.. outputs.Select(o => o.Receipt).DistinctBy(Convert.ToHexString)]);
        return [.. outputs.Select(o => Of(job, o, audits.GetValueOrDefault(Convert.ToHexString(o.Receipt))))];
    }

    private static ItemVerification Of(BallotMark vote)
    {
        int cast = vote.Agreed.Count + vote.Outvoted.Count;
        return new ItemVerification
        {
            State = vote.Disputed ? AuditState.Disputed : AuditState.Verified,
            Reason = vote.Disputed
                ? $"{cast} providers answered, and no majority agrees"
                : $"{vote.Agreed.Count} of {cast} providers agree",
            Vote = new ItemVote
            {
                Cast = cast,
                Agreed = vote.Agreed.Count,
                Margin = vote.Disputed ? 0 : vote.Agreed.Count - vote.Outvoted.Count,
                Providers = vote.Agreed,
                Outvoted = vote.Outvoted,
            },
        };
    }

    private ItemVerification? Of(JobRecord job, OutputRecord output, AuditMark? audit) => audit switch
    {
        null => new ItemVerification { State = AuditState.Unaudited, Reason = Reason(job, output) },
        { State: AuditState.Rejected } => null,
        _ => new ItemVerification
        {
            State = audit.State,
            Reason = audit.Reason,
            Auditors = audit.Auditors,
            Missed = audit.State == AuditState.Unaudited,
        },
    };

    private string Reason(JobRecord job, OutputRecord output) =>
        job.Specification.Verification.Mode == VerificationMode.None ? "not asked for"
        : output.Provider == _self ? "computed by this node itself"
        : "sampled out";
}
