namespace Infernet.Core.Reputation;

/// <summary>
/// What this node knows of an auditor: a Beta distribution of its own, Beta(2, 2) before anything is known, so that one
/// lost vote excludes nobody. A vote that others lost may be their fault, a canary's answer is known: agreement counts
/// 1, a vote lost 2, a canary missed or a commitment broken 5.
/// <para>
/// Most answers are right, so who passes everything unseen agrees most of the time. Hence canaries are looked at by
/// themselves, too: who misses more of them than it finds is thought of no better than that, whatever it agreed to.
/// </para>
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
        (double found, double missed) = (Prior, Prior);
        foreach ((AuditorFinding finding, DateTimeOffset at) in _findings.OrderBy(f => f.At).ThenBy(f => f.Finding))
        {
            double fresh = Decay.Of(now - at, halfLife);
            switch (finding)
            {
                case AuditorFinding.Agreed or AuditorFinding.SoundCanaryPassed:
                    right += fresh;
                    break;
                case AuditorFinding.CanaryKnown:
                    right += fresh;
                    found += fresh;
                    break;
                case AuditorFinding.Outvoted:
                    wrong += 2 * fresh;
                    break;
                case AuditorFinding.CanaryMissed:
                    wrong += 5 * fresh;
                    missed += 5 * fresh;
                    break;
                case AuditorFinding.CommitmentBroken:
                    wrong += 5 * fresh;
                    break;
            }
        }

        double all = right / (right + wrong);
        return missed > found ? Math.Min(all, found / (found + missed)) : all;
    }
}
