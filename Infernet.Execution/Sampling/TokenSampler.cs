using Infernet.Execution.Generation;

namespace Infernet.Execution.Sampling;

/// <summary>
/// Draws tokens by the Gumbel-max trick: of the candidates, the one with the largest logit / temperature + noise. That
/// has the same distribution as drawing from the softmax, but is a pure function of logits, options and position:
/// nothing is carried from one token to the next, so an auditor can judge any token alone (Token-DiFR,
/// arXiv 2511.20621). Owns scratch space, so one thread uses it at a time; allocates nothing per token.
/// </summary>
internal sealed class TokenSampler
{
    private readonly CandidateFilter _filter = new();

    /// <summary>Draws the token at a position, which counts from 0 at the first generated token.</summary>
    /// <returns>The token's id, or -1 when no logit is a number.</returns>
    public int Sample(ReadOnlySpan<float> logits, SamplingOptions options, int position)
    {
        int best = LogitSearch.IndexOfMax(logits);
        return options.Temperature == 0 || best < 0 ? best
            : CandidateFilter.TakesAll(options, logits.Length) ? NoisyMaximum.Of(logits, best, options, position).Id
            : NoisyMaximum.Of(_filter.Apply(logits, best, options), options, position).Id;
    }

    /// <summary>Where a given token stands among those that could have been drawn in its place.</summary>
    public TokenScore Score(ReadOnlySpan<float> logits, SamplingOptions options, int position, int token)
    {
        int best = LogitSearch.IndexOfMax(logits);
        if (best < 0)
        {
            const double Unknown = double.PositiveInfinity;
            return new TokenScore(token, float.NaN, -1, float.NaN, -1, Unknown, Unknown);
        }

        if (options.Temperature == 0)
        {
            double lead = logits[best] - RunnerUp(logits, best);
            return new TokenScore(
                token, logits[token], best, logits[best], best, logits[best] - logits[token], lead);
        }

        (Drawn drawn, bool able) = Draw(logits, best, options, position, token);
        double noise = GumbelNoise.Value(GumbelNoise.Draw(options.Seed, position, token));
        double margin = able
            ? (drawn.Score - (logits[token] / (double)options.Temperature + noise)) * options.Temperature
            : double.PositiveInfinity;
        return new TokenScore(
            token, logits[token], best, logits[best], drawn.Id, margin,
            (drawn.Score - drawn.Second) * options.Temperature);
    }

    /// <summary>What is drawn, and whether the given token could have been.</summary>
    private (Drawn Drawn, bool Able) Draw(
        ReadOnlySpan<float> logits, int best, SamplingOptions options, int position, int token)
    {
        if (CandidateFilter.TakesAll(options, logits.Length))
        {
            return (NoisyMaximum.Of(logits, best, options, position), logits[token] >= float.MinValue);
        }

        ReadOnlySpan<Candidate> candidates = _filter.Apply(logits, best, options);
        bool able = false;
        foreach (Candidate candidate in candidates)
        {
            able |= candidate.Id == token;
        }

        return (NoisyMaximum.Of(candidates, options, position), able);
    }

    // What is no number never wins, so it is no runner-up either.
    private static double RunnerUp(ReadOnlySpan<float> logits, int best)
    {
        int before = LogitSearch.IndexOfMax(logits[..best]);
        int after = LogitSearch.IndexOfMax(logits[(best + 1)..]);
        return Math.Max(
            before < 0 ? double.NegativeInfinity : logits[before],
            after < 0 ? double.NegativeInfinity : logits[best + 1 + after]);
    }
}
