using Infernet.Execution.Generation;

namespace Infernet.Execution.Sampling;

/// <summary>
/// Reduces a vocabulary to the tokens that may be drawn: top-k, then top-p over what is left, then min-p. Probabilities
/// here are those before the temperature. Owns scratch space, so one thread uses it at a time.
/// </summary>
internal sealed class CandidateFilter
{
    private const int FirstGuess = 64;

    private Candidate[] _candidates = [];

    /// <summary>The tokens that may be drawn, the likeliest first. Empty when no logit is a number.</summary>
    public ReadOnlySpan<Candidate> Apply(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        int best = LogitSearch.IndexOfMax(logits);
        if (best < 0)
        {
            return [];
        }

        if (_candidates.Length < logits.Length)
        {
            _candidates = new Candidate[logits.Length];
        }

        float max = logits[best];
        float floor = options.MinP > 0 ? (float)(max + PortableMath.Log(options.MinP)) : float.MinValue;
        bool topK = options.TopK > 0 && options.TopK < logits.Length;
        int count = topK ? TopCandidates.Select(logits, _candidates.AsSpan(0, options.TopK))
            : options.TopP < 1 ? TakeTopP(logits, max, options.TopP)
            : TakeAtLeast(logits, best, floor);
        if (topK && options.TopP < 1)
        {
            count = CutTopP(count, options.TopP * Mass(_candidates.AsSpan(0, count), max), max);
        }

        return _candidates.AsSpan(0, CutMinP(count, floor));
    }

    /// <summary>Everything from the floor on, the best first and the others by id.</summary>
    private int TakeAtLeast(ReadOnlySpan<float> logits, int best, float floor)
    {
        _candidates[0] = new Candidate(logits[best], best);
        int count = 1;
        for (int i = LogitSearch.FirstAtLeast(logits, floor, 0);
            i >= 0;
            i = LogitSearch.FirstAtLeast(logits, floor, i + 1))
        {
            if (i != best)
            {
                _candidates[count++] = new Candidate(logits[i], i);
            }
        }

        return count;
    }

    /// <summary>Top-p over the whole vocabulary: most often a few tokens hold it, so a full sort is the last resort.</summary>
    private int TakeTopP(ReadOnlySpan<float> logits, float max, float share)
    {
        double wanted = share * SoftmaxMass.Of(logits, max);
        for (int guess = Math.Min(FirstGuess, logits.Length); ; guess = Math.Min(guess * 8, logits.Length))
        {
            int taken = TopCandidates.Select(logits, _candidates.AsSpan(0, guess));
            int kept = CutTopP(taken, wanted, max);
            if (kept < taken || guess == logits.Length)
            {
                return kept;
            }
        }
    }

    private int CutTopP(int count, double wanted, float max)
    {
        double mass = 0;
        for (int i = 0; i < count; i++)
        {
            mass += SoftmaxMass.Weight(_candidates[i].Logit, max);
            if (mass >= wanted)
            {
                return i + 1;
            }
        }

        return count;
    }

    private int CutMinP(int count, float floor)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (_candidates[i].Logit >= floor)
            {
                _candidates[kept++] = _candidates[i];
            }
        }

        return kept;
    }

    private static double Mass(ReadOnlySpan<Candidate> candidates, float max)
    {
        double mass = 0;
        foreach (Candidate candidate in candidates)
        {
            mass += SoftmaxMass.Weight(candidate.Logit, max);
        }

        return mass;
    }
}
