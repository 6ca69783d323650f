using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Infernet.Execution.Generation;

namespace Infernet.Execution.Sampling;

/// <summary>
/// Finds the largest and the second largest of logit / temperature + noise. Most tokens can't be either, whatever their
/// noise: those are spared its logarithms, and over a whole vocabulary four are ruled out at a time. What is passed over
/// would have changed nothing, so every processor gives the same bits.
/// </summary>
internal static class NoisyMaximum
{
    /// <summary>Over the tokens that a filter left.</summary>
    public static Drawn Of(ReadOnlySpan<Candidate> candidates, SamplingOptions options, int position)
    {
        Drawn drawn = Drawn.Nothing;
        foreach (Candidate candidate in candidates)
        {
            drawn = Try(drawn, candidate.Logit, candidate.Id, options, position);
        }

        return drawn;
    }

    /// <summary>Over a whole vocabulary.</summary>
    /// <param name="logits">Those that are no number are never drawn.</param>
    /// <param name="best">The likeliest token, looked at first, so that most others are soon ruled out.</param>
    /// <param name="options">The temperature, above 0, and the seed; nothing is filtered.</param>
    /// <param name="position">Of the token in its text.</param>
    public static Drawn Of(ReadOnlySpan<float> logits, int best, SamplingOptions options, int position)
    {
        Drawn drawn = Try(Drawn.Nothing, logits[best], best, options, position);
        int id = 0;
        if (Avx2.IsSupported)
        {
            id = logits.Length - logits.Length % Vector128<float>.Count;
            drawn = OfFours(drawn, logits[..id], best, options, position);
        }

        for (; id < logits.Length; id++)
        {
            if (id != best && logits[id] >= float.MinValue)
            {
                drawn = Try(drawn, logits[id], id, options, position);
            }
        }

        return drawn;
    }

    private static Drawn OfFours(
        Drawn drawn, ReadOnlySpan<float> logits, int best, SamplingOptions options, int position)
    {
        Vector256<double> temperature = Vector256.Create((double)options.Temperature);
        Vector256<ulong> ids = Vector256.Create(0ul, 1, 2, 3);
        int first = 0;
        foreach (Vector128<float> four in MemoryMarshal.Cast<float, Vector128<float>>(logits))
        {
            Vector256<long> draws = GumbelNoise.Draw(options.Seed, position, ids);
            Vector256<double> most = Avx.ConvertToVector256Double(four) / temperature + GumbelNoise.Bound(draws);
            // A comparison with NaN is false.
            uint able = Vector256.GreaterThanOrEqual(most, Vector256.Create(drawn.Second)).ExtractMostSignificantBits();
            for (; able != 0; able &= able - 1)
            {
                int lane = System.Numerics.BitOperations.TrailingZeroCount(able);
                if (first + lane != best && four[lane] >= float.MinValue)
                {
                    drawn = Try(drawn, four[lane], first + lane, options, position);
                }
            }

            ids += Vector256.Create(4ul);
            first += Vector128<float>.Count;
        }

        return drawn;
    }

    private static Drawn Try(Drawn drawn, float logit, int id, SamplingOptions options, int position)
    {
        double score = logit / (double)options.Temperature;
        long draw = GumbelNoise.Draw(options.Seed, position, id);
        return score + GumbelNoise.Bound(draw) < drawn.Second ? drawn : drawn.Add(id, score + GumbelNoise.Value(draw));
    }
}
