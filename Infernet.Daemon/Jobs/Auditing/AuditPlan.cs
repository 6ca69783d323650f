using Infernet.Core.Audits;
using Infernet.Core.Jobs;
using Infernet.Core.Reputation;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>Puts a job's wishes and what is known of its providers into the audit policy's terms. Pure.</summary>
internal static class AuditPlan
{
    /// <summary>How often a job's shards are audited; nobody is where the mode is none or redundant.</summary>
    public static AuditPolicy PolicyOf(JobSpecification specification) => new()
    {
        BaseRate = specification.Verification.Mode is VerificationMode.Tolerant or VerificationMode.Exact
            ? specification.Verification.AuditRate
            : 0,
    };

    /// <summary>What a job may generate in all.</summary>
    public static double TokensOf(JobRecord job) =>
        job.Specification.Kind == JobKind.Embedding ? job.Total : (double)job.Total * job.Specification.Sampling.MaxTokens;

    public static AuditSubject SubjectOf(PeerStanding standing) =>
        new(standing.Score, standing.AuditsPassed, standing.LogLikelihoodRatio);
}
