using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>
/// What the word of others weighs, by work that was settled: signed for by who did it and by who got it.
/// <list type="bullet">
/// <item>First hop: x computed F tokens for this node (decayed), of which a share m was right as far as this node's
/// own audits tell (mean of its Beta). Its voice weighs W(x) = m · F / (F + F½), always below 1, and 0 if this node
/// convicted it.</item>
/// <item>Second hop: x signed for work that r did for it, a share s of all that x signed for (at least F½ is taken for
/// the whole). Through x, r's word weighs W(x) · h · s.</item>
/// </list>
/// This is a flow over at most two hops in which everything behind x passes through x, whose capacity is W(x): however
/// many identities x invents and signs for, they weigh h · W(x) together; those for whom nobody signed with whom this
/// node settled weigh nothing.
/// </summary>
internal sealed class ReporterWeights
{
    private readonly Dictionary<PeerId, Dictionary<PeerId, double>> _voices = [];

    /// <param name="direct">W(x) of everybody with whom this node settled.</param>
    /// <param name="signedFor">For each x, the decayed tokens of those who worked for it.</param>
    /// <param name="options">h and F½.</param>
    public ReporterWeights(
        IReadOnlyDictionary<PeerId, double> direct,
        Func<PeerId, IEnumerable<(PeerId Provider, double Tokens)>> signedFor,
        ReputationOptions options)
    {
        foreach ((PeerId entry, double weight) in direct)
        {
            Add(entry, entry, weight);
            (PeerId Provider, double Tokens)[] behind = [.. signedFor(entry).OrderBy(b => b.Provider)];
            double whole = Math.Max(options.HalfWeightTokens, behind.Sum(b => b.Tokens));
            foreach ((PeerId provider, double tokens) in behind)
            {
                Add(provider, entry, weight * options.SecondHopShare * tokens / whole);
            }
        }
    }

    /// <summary>What a reporter's word weighs through each peer with whom this node settled.</summary>
    public IReadOnlyDictionary<PeerId, double> Of(PeerId reporter) =>
        _voices.TryGetValue(reporter, out Dictionary<PeerId, double>? found) ? found : [];

    /// <summary>What a reporter's word weighs in all, at most 1.</summary>
    public double Total(PeerId reporter) =>
        Math.Min(1, Of(reporter).OrderBy(v => v.Key).Sum(v => v.Value));

    private void Add(PeerId reporter, PeerId entry, double weight)
    {
        if (weight > 0)
        {
            Dictionary<PeerId, double> voices =
                _voices.GetValueOrDefault(reporter) ?? (_voices[reporter] = []);
            voices[entry] = voices.GetValueOrDefault(entry) + weight;
        }
    }
}
