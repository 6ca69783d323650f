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
    public int Sample(ReadOnlySpan<float> logits, SamplingOptions options, int position) =>
        options.Temperature == 0
            ? LogitSearch.IndexOfMax(logits)
            : Draw(_filter.Apply(logits, options), options, position).Id;

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

        ReadOnlySpan<Candidate> candidates = _filter.Apply(logits, options);
        (int drawn, double drawnScore, double second) = DrawTwo(candidates, options, position);
        double margin = double.PositiveInfinity;
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Id == token)
            {
                double noise = GumbelNoise.Value(GumbelNoise.Draw(options.Seed, position, token));
                margin = (drawnScore - (candidate.Logit / (double)options.Temperature + noise)) * options.Temperature;
            }
        }

        return new TokenScore(
            token, logits[token], best, logits[best], drawn, margin, (drawnScore - second) * options.Temperature);
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

    // The same draw, but it must also know the second best, so it can spare fewer logarithms.
    private static (int Id, double Score, double Second) DrawTwo(
        ReadOnlySpan<Candidate> candidates, SamplingOptions options, int position)
    {
        (int Id, double Score, double Second) best = (-1, double.NegativeInfinity, double.NegativeInfinity);
        foreach (Candidate candidate in candidates)
        {
            double score = candidate.Logit / (double)options.Temperature;
            long draw = GumbelNoise.Draw(options.Seed, position, candidate.Id);
            if (score + GumbelNoise.Bound(draw) < best.Second)
            {
                continue;
            }

            score += GumbelNoise.Value(draw);
            if (score > best.Score || score == best.Score && candidate.Id < best.Id)
            {
                best = (candidate.Id, score, best.Score);
            }
            else
            {
                best.Second = Math.Max(best.Second, score);
            }
        }

        return best;
    }

    private static (int Id, double Score) Draw(
        ReadOnlySpan<Candidate> candidates, SamplingOptions options, int position)
    {
        (int Id, double Score) best = (-1, double.NegativeInfinity);
        foreach (Candidate candidate in candidates)
        {
            double score = candidate.Logit / (double)options.Temperature;
            long draw = GumbelNoise.Draw(options.Seed, position, candidate.Id);
            // Most tokens of a large vocabulary can't win whatever their noise: spare them the logarithms.
            if (score + GumbelNoise.Bound(draw) < best.Score)
            {
                continue;
            }

            score += GumbelNoise.Value(draw);
            if (score > best.Score || score == best.Score && candidate.Id < best.Id)
            {
                best = (candidate.Id, score);
            }
        }

        return best;
    }
}
