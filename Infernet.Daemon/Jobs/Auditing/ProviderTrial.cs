using Infernet.Core.Audits;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>
/// What a job's audits say of one provider, on top of what was known of it when it joined: within a job nothing becomes
/// evidence before the secrets may be opened, so the job keeps count itself.
/// </summary>
internal sealed class ProviderTrial(AuditSubject known)
{
    private readonly HashSet<UInt128> _known = [];

    private SequentialTest _test =
        SequentialTest.Start with { LogLikelihoodRatio = Math.Max(0, known.LogLikelihoodRatio) };

    /// <summary>Audits of this job that it passed.</summary>
    public int Passed { get; private set; }

    /// <summary>Whether the evidence is enough.</summary>
    public bool IsConvicted => _test.State == SequentialState.Cheater;

    /// <summary>As the policy sees it now.</summary>
    public AuditSubject Subject => known with
    {
        AuditsPassed = known.AuditsPassed + Passed,
        LogLikelihoodRatio = Math.Max(0, _test.LogLikelihoodRatio),
    };

    /// <summary>Counts an audit as far as its answers were not judged before; answers whether it convicts.</summary>
    /// <param name="finding">What the audit comes to.</param>
    /// <param name="passed">Whether the shard was found right.</param>
    /// <param name="ratio">What it adds: the log-likelihood ratio of the answers that are new.</param>
    public bool Hear(ShardFinding finding, bool passed, out double ratio)
    {
        ShardFinding? added = finding.Beyond(_known);
        ratio = added?.LogLikelihoodRatio ?? 0;
        _known.UnionWith(finding.Items.Where(item => !item.IsVoid).Select(item => item.Content));
        return added is not null && Count(ratio, passed);
    }

    /// <summary>Counts an audit of an earlier run; they may come in another order than then.</summary>
    /// <param name="ratio">What it added then.</param>
    /// <param name="passed">Whether the shard was found right.</param>
    /// <param name="contents">The answers that were judged.</param>
    public void Restore(double ratio, bool passed, IReadOnlyCollection<UInt128> contents)
    {
        bool repeated = contents.Count > 0 && _known.IsSupersetOf(contents);
        _known.UnionWith(contents);
        Count(ratio, passed && !repeated);
    }

    private bool Count(double ratio, bool passed)
    {
        bool before = IsConvicted;
        _test = _test.Add(ratio);
        Passed += passed ? 1 : 0;
        return IsConvicted && !before;
    }
}
