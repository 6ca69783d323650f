using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Infernet.Execution.Sampling;

/// <summary>Searches over a whole vocabulary's logits, a vector at a time.</summary>
internal static class LogitSearch
{
    /// <summary>The index of the largest logit, the lowest among equals; -1 when none is a number.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> logits)
    {
        float max = Max(logits);
        return float.IsNaN(max) ? -1 : FirstAtLeast(logits, max, 0);
    }

    /// <summary>The first index from <paramref name="start"/> on whose logit is at least the bound, or -1.</summary>
    public static int FirstAtLeast(ReadOnlySpan<float> logits, float bound, int start)
    {
        int i = start;
        var bounds = new Vector<float>(bound);
        for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<float>(logits[i..]), bounds))
            {
                break;
            }
        }

        for (; i < logits.Length; i++)
        {
            if (logits[i] >= bound)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Puts all tokens whose logit is at least the bound into <paramref name="found"/>, by id; how many.</summary>
    public static int AllAtLeast(ReadOnlySpan<float> logits, float bound, Span<Candidate> found)
    {
        int count = 0;
        int first = 0;
        foreach (Vector256<float> vector in MemoryMarshal.Cast<float, Vector256<float>>(logits))
        {
            uint hits = Vector256.GreaterThanOrEqual(vector, Vector256.Create(bound)).ExtractMostSignificantBits();
            for (; hits != 0; hits &= hits - 1)
            {
                int id = first + BitOperations.TrailingZeroCount(hits);
                found[count++] = new Candidate(logits[id], id);
            }

            first += Vector256<float>.Count;
        }

        for (; first < logits.Length; first++)
        {
            if (logits[first] >= bound)
            {
                found[count++] = new Candidate(logits[first], first);
            }
        }

        return count;
    }

    /// <summary>The largest logit; NaN when there is no finite number among them.</summary>
    private static float Max(ReadOnlySpan<float> logits)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        var running = new Vector<float>(float.NegativeInfinity);
        foreach (Vector<float> vector in vectors)
        {
            // A comparison with NaN is false, so a NaN never takes the place of a number.
            running = Vector.ConditionalSelect(Vector.GreaterThan(vector, running), vector, running);
        }

        float max = float.NegativeInfinity;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            max = Math.Max(max, running[lane]);
        }

        foreach (float logit in logits[(vectors.Length * Vector<float>.Count)..])
        {
            max = logit > max ? logit : max;
        }

        return float.IsFinite(max) ? max : float.NaN;
    }
}
