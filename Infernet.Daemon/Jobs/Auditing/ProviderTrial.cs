using Infernet.Core.Audits;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>
/// What a job's audits say of one provider, on top of what was known of it when it joined: within a job nothing becomes
/// evidence before the secrets may be opened, so the job keeps count itself.
/// </summary>
internal sealed class ProviderTrial(AuditSubject known)
{
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

    /// <summary>Counts an audit; answers whether it convicts.</summary>
    public bool Hear(double ratio, bool passed)
    {
        bool before = IsConvicted;
        _test = _test.Add(ratio);
        Passed += passed ? 1 : 0;
        return IsConvicted && !before;
    }
}
