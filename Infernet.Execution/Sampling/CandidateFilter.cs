using Infernet.Execution.Generation;

namespace Infernet.Execution.Sampling;

/// <summary>
/// Reduces a vocabulary to the tokens that may be drawn: top-k, then top-p over what is left, then min-p. Probabilities
/// here are those before the temperature. Owns scratch space, so one thread uses it at a time.
/// </summary>
internal sealed class CandidateFilter
{
    // In logits below the likeliest. Whoever is deeper than the last has no weight in the softmax.
    private const float FirstDepth = 2;
    private const float LastDepth = 64;

    private Candidate[] _candidates = [];

    /// <summary>Whether every token with a number for a logit may be drawn.</summary>
    public static bool TakesAll(SamplingOptions options, int vocabulary) =>
        !IsTopK(options, vocabulary) && options is { TopP: >= 1, MinP: 0 };

    /// <summary>The tokens that may be drawn, the likeliest first. Empty when no logit is a number.</summary>
    /// <param name="logits">Of the whole vocabulary.</param>
    /// <param name="best">The likeliest token or -1, see <see cref="LogitSearch.IndexOfMax"/>.</param>
    /// <param name="options">What to filter by.</param>
    public ReadOnlySpan<Candidate> Apply(ReadOnlySpan<float> logits, int best, SamplingOptions options)
    {
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
        bool topK = IsTopK(options, logits.Length);
        int count = topK ? TopCandidates.Select(logits, _candidates.AsSpan(0, options.TopK))
            : options.TopP < 1 ? TakeTopP(logits, max, options.TopP)
            : TakeAtLeast(logits, best, floor);
        if (topK && options.TopP < 1)
        {
            count = CutTopP(count, options.TopP * Mass(_candidates.AsSpan(0, count), max), max);
        }

        return _candidates.AsSpan(0, CutMinP(count, floor));
    }

    private static bool IsTopK(SamplingOptions options, int vocabulary) =>
        options.TopK > 0 && options.TopK < vocabulary;

    /// <summary>Everything from the floor on, the best first.</summary>
    private int TakeAtLeast(ReadOnlySpan<float> logits, int best, float floor)
    {
        int count = LogitSearch.AllAtLeast(logits, floor, _candidates);
        int at = _candidates.AsSpan(0, count).IndexOf(new Candidate(logits[best], best));
        (_candidates[0], _candidates[at]) = (_candidates[at], _candidates[0]);
        return count;
    }

    /// <summary>
    /// Top-p over the whole vocabulary. Most often a few tokens hold it, so those near the likeliest are sorted first, and
    /// more only as long as they do not suffice.
    /// </summary>
    private int TakeTopP(ReadOnlySpan<float> logits, float max, float share)
    {
        double wanted = share * SoftmaxMass.Of(logits, max);
        for (float depth = FirstDepth; ; depth *= 2)
        {
            float floor = depth > LastDepth ? float.MinValue : max - depth;
            int taken = LogitSearch.AllAtLeast(logits, floor, _candidates);
            _candidates.AsSpan(0, taken).Sort();
            int kept = CutTopP(taken, wanted, max);
            if (kept < taken || depth > LastDepth)
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
