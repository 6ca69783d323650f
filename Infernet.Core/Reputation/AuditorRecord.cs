namespace Infernet.Core.Reputation;

/// <summary>
/// What this node knows of an auditor: a Beta distribution of its own, Beta(2, 2) before anything is known, so that one
/// lost vote excludes nobody. A vote that others lost may be their fault, a canary's answer is known: agreement counts
/// 1, a vote lost 2, a canary missed or a commitment broken 5.
/// </summary>
internal sealed class AuditorRecord(TimeSpan halfLife)
{
    private const double Prior = 2;
    private readonly List<(AuditorFinding Finding, DateTimeOffset At)> _findings = [];

    public void Add(AuditorFinding finding, DateTimeOffset at) => _findings.Add((finding, at));

    public DateTimeOffset? FirstAt => _findings.Count == 0 ? null : _findings.Min(f => f.At);

    /// <summary>The expected share of verdicts that are right.</summary>
    public double Mean(DateTimeOffset now)
    {
        (double right, double wrong) = (Prior, Prior);
        foreach ((AuditorFinding finding, DateTimeOffset at) in _findings.OrderBy(f => f.At).ThenBy(f => f.Finding))
        {
            double fresh = Decay.Of(now - at, halfLife);
            switch (finding)
            {
                case AuditorFinding.Agreed or AuditorFinding.CanaryKnown:
                    right += fresh;
                    break;
                case AuditorFinding.Outvoted:
                    wrong += 2 * fresh;
                    break;
                case AuditorFinding.CanaryMissed or AuditorFinding.CommitmentBroken:
                    wrong += 5 * fresh;
                    break;
            }
        }

        return right / (right + wrong);
    }
}
