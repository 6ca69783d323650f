using Infernet.Core.Audits;
using Infernet.Core.Identity;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>Counts what happens in a simulated network.</summary>
internal sealed class TrustTally(int rounds)
{
    private readonly long[] _shards = new long[rounds];
    private readonly long[] _byCheaters = new long[rounds];
    private readonly long[] _accepted = new long[rounds];
    private readonly long[] _acceptedWrong = new long[rounds];
    private readonly Dictionary<(PeerId, PeerId), int> _wrongGiven = [];
    private readonly List<int> _wrongUntilOut = [];
    private readonly HashSet<(PeerId, PeerId)> _out = [];
    private long _audits;
    private long _wrongAudited;
    private long _wrongRejected;
    private long _rightAudited;
    private long _rightRejected;

    public long Shards => _shards.Sum();

    public double AuditShare => (double)_audits / Shards;

    /// <summary>Of the audited wrong shards, how many were rejected at once.</summary>
    public double RejectedWhenWrong => (double)_wrongRejected / Math.Max(1, _wrongAudited);

    public double RejectedWhenRight => (double)_rightRejected / Math.Max(1, _rightAudited);

    /// <summary>Wrong shards that an aggregator got from a peer until it excluded it, over all pairs of them.</summary>
    public IReadOnlyList<int> WrongUntilOut => _wrongUntilOut;

    public void Worked(int round, SimulatedPeer peer, PeerId aggregator, bool wrong)
    {
        _shards[round]++;
        _byCheaters[round] += peer.WorksHonestly ? 0 : 1;
        if (wrong)
        {
            _wrongGiven[(peer.Id, aggregator)] = _wrongGiven.GetValueOrDefault((peer.Id, aggregator)) + 1;
        }
    }

    public void Audited(ShardFinding finding, bool wrong)
    {
        int rejected = finding.Outcome == ShardOutcome.Rejected ? 1 : 0;
        _audits++;
        (_wrongAudited, _wrongRejected) = wrong ? (_wrongAudited + 1, _wrongRejected + rejected) : (_wrongAudited, _wrongRejected);
        (_rightAudited, _rightRejected) = wrong ? (_rightAudited, _rightRejected) : (_rightAudited + 1, _rightRejected + rejected);
    }

    public void Accepted(int round, bool wrong)
    {
        _accepted[round]++;
        _acceptedWrong[round] += wrong ? 1 : 0;
    }

    public void AcceptedUnaudited(int round, int right, int wrong)
    {
        _accepted[round] += right + wrong;
        _acceptedWrong[round] += wrong;
    }

    public void Excluded(int round, SimulatedPeer peer, PeerId aggregator)
    {
        if (!peer.WorksHonestly && _out.Add((peer.Id, aggregator)))
        {
            _wrongUntilOut.Add(_wrongGiven.GetValueOrDefault((peer.Id, aggregator)));
        }
    }

    /// <summary>The share of accepted answers that is wrong, over a range of rounds.</summary>
    public double WrongShare(Range range) => (double)_acceptedWrong[range].Sum() / Math.Max(1, _accepted[range].Sum());

    /// <summary>The share of shards that went to those who cheat.</summary>
    public double CheaterShare(Range range) => (double)_byCheaters[range].Sum() / Math.Max(1, _shards[range].Sum());
}
