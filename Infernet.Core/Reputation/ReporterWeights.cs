using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>
/// What the word of others weighs, by work that was settled: signed for by who did it and by who got it.
/// <list type="bullet">
/// <item>First hop: x computed F tokens for this node (decayed), of which a share m was right as far as this node's
/// own audits tell (mean of its Beta). Its voice weighs W(x) = m · c · F / (F + F½), always below 1, and 0 if this node
/// convicted it.</item>
/// <item>Credibility: c = (1 + a) / (1 + a + 3 d). Of those whom x condemns (two rejected shards or more), this node
/// convicted a, and found d without fault in <see cref="CleanRecord"/> audits or more. Who slanders many is soon at odds
/// with what one knows oneself; the reporter's own c multiplies what it says through others, too.</item>
/// <item>Second hop: x signed for work that r did for it, a share s of all that x signed for (at least F½ is taken for
/// the whole). Through x, r's word weighs W(x) · h · s.</item>
/// </list>
/// This is a flow over at most two hops in which everything behind x passes through x, whose capacity is W(x): however
/// many identities x invents and signs for, they weigh h · W(x) together; those for whom nobody signed with whom this
/// node settled weigh nothing.
/// </summary>
internal sealed class ReporterWeights(
    PeerId self, ObservationIndex facts, Func<PeerId, DateTimeOffset, EvidenceSums> ownSums, ReputationOptions options)
{
    /// <summary>Own audits passed without a fault from which on this node knows a peer to be honest.</summary>
    public const int CleanRecord = 3;

    private const double Contradiction = 3;

    // Asked for again and again for whoever reports on the candidates of a job; right for one minute and one state.
    private readonly Dictionary<PeerId, double> _direct = [];
    private readonly Dictionary<PeerId, double> _credibility = [];
    private DateTimeOffset _at;

    /// <summary>Says that own work, own audits or a rejection came or went: what all weights rest on.</summary>
    public void Forget()
    {
        _direct.Clear();
        _credibility.Clear();
    }

    /// <summary>What a reporter's word weighs through each peer with whom this node settled, by peer.</summary>
    public IReadOnlyList<(PeerId Entry, double Weight)> Of(PeerId reporter, DateTimeOffset at)
    {
        if (!facts.HasSigned(self))
        {
            return [];
        }

        var voices = new List<(PeerId Entry, double Weight)>();
        if (Direct(reporter, at) is > 0 and var direct)
        {
            voices.Add((reporter, direct));
        }

        double credibility = Credibility(reporter, at);
        foreach (PeerId entry in facts.SignersFor(reporter).Where(s => s != self))
        {
            if (Direct(entry, at) * credibility is > 0 and var weight)
            {
                double whole = Math.Max(options.HalfWeightTokens, facts.Signed(entry, at, options.FlowHalfLife));
                double share = facts.Flow(entry, reporter, at, options.FlowHalfLife) / whole;
                voices.Add((entry, weight * options.SecondHopShare * share));
            }
        }

        return [.. voices.OrderBy(v => v.Entry)];
    }

    /// <summary>What a reporter's word weighs in all, at most 1.</summary>
    public double Total(PeerId reporter, DateTimeOffset at) => Math.Min(1, Of(reporter, at).Sum(v => v.Weight));

    /// <summary>W(x).</summary>
    public double Direct(PeerId worker, DateTimeOffset at) => Known(_direct, worker, at, ComputeDirect);

    private double Credibility(PeerId reporter, DateTimeOffset at) =>
        Known(_credibility, reporter, at, ComputeCredibility);

    private double Known(
        Dictionary<PeerId, double> known, PeerId peer, DateTimeOffset at, Func<PeerId, DateTimeOffset, double> compute)
    {
        if (_at != at)
        {
            Forget();
            _at = at;
        }

        return known.TryGetValue(peer, out double value) ? value : known[peer] = compute(peer, at);
    }

    private double ComputeDirect(PeerId worker, DateTimeOffset at)
    {
        double flow = worker == self ? 0 : facts.Flow(self, worker, at, options.FlowHalfLife);
        if (flow <= 0)
        {
            return 0;
        }

        EvidenceSums own = ownSums(worker, at);
        return own.IsConvicted
            ? 0
            : own.Mean * Credibility(worker, at) * flow / (flow + options.HalfWeightTokens);
    }

    private double ComputeCredibility(PeerId reporter, DateTimeOffset at)
    {
        (int agreed, int contradicted) = (0, 0);
        foreach (PeerId condemned in facts.CondemnedBy(reporter))
        {
            EvidenceSums own = ownSums(condemned, at);
            agreed += own.IsConvicted ? 1 : 0;
            contradicted += own.AuditsPassed >= CleanRecord && own.AuditsFailed == 0 ? 1 : 0;
        }

        return (1 + agreed) / (1 + agreed + Contradiction * contradicted);
    }
}
