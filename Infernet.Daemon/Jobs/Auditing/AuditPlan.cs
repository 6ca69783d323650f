using Infernet.Core.Audits;
using Infernet.Core.Jobs;
using Infernet.Core.Reputation;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>Puts a job's wishes and what is known of its providers into the audit policy's terms. Pure.</summary>
internal static class AuditPlan
{
    private const double NearCertainty = 0.99;
    private const int UsualTokens = 64;

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

    /// <summary>
    /// After how many shards one who always gives the mildest cheat's answers is noticed with near certainty, if its
    /// answers are as long as is usual; null if it never is.
    /// </summary>
    public static double? ShardsToNotice(double rate, JobOffer offer, Candidate one)
    {
        JobSpecification specification = offer.Job.Specification;
        if (rate <= 0 || specification.Kind == JobKind.Embedding)
        {
            return null;
        }

        AuditCalibration calibration = AuditCalibrations.Shipped.For(
            offer.ModelRoot.Span, one.Models[offer.Model].Quantization);
        MarginModel margins = calibration.Margins;
        int tokens = AuditDraw.DefaultItems * Math.Min(specification.Sampling.MaxTokens, UsualTokens);
        double shards = DetectionForecast.Of(rate, margins, tokens).ShardsFor(NearCertainty);
        return double.IsFinite(shards) ? shards : null;
    }

    public static AuditSubject SubjectOf(PeerStanding standing) =>
        new(standing.Score, standing.AuditsPassed, standing.LogLikelihoodRatio);
}
