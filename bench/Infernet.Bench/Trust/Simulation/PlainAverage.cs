using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>
/// One shard in ten is audited, and every verdict of everybody counts alike: a peer's score is their mean, and below one
/// half, after three of them, it is out.
/// </summary>
internal sealed class PlainAverage : ITrustModel
{
    private readonly Dictionary<PeerId, (int Good, int All)> _ratings = [];

    public Trust Of(PeerId peer, DateTimeOffset now)
    {
        (int good, int all) = _ratings.GetValueOrDefault(peer);
        double mean = all == 0 ? 0.5 : (double)good / all;
        return new Trust(all >= 3 && mean < 0.5, mean, 0.1, long.MaxValue);
    }

    public void Hear(Observation fact, DateTimeOffset now)
    {
        if (fact.Finding is { } finding)
        {
            (int good, int all) = _ratings.GetValueOrDefault(fact.Provider);
            _ratings[fact.Provider] = (good + (finding.Outcome == ShardOutcome.Verified ? 1 : 0), all + 1);
        }
    }
}
