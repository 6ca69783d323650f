using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Infernet.Execution.Sampling;

/// <summary>
/// The denominator of a softmax. The order of the additions is the same on every machine, whatever its vectors, so the
/// sum has the same bits everywhere.
/// </summary>
internal static class SoftmaxMass
{
    /// <summary>A token this much below the best has no weight in a sum of probabilities: e^-40 is 4e-18.</summary>
    private const double Negligible = -40;

    /// <summary>The weight of one logit beside the largest, from 0 to 1; 0 for what is no number.</summary>
    public static double Weight(float logit, float max)
    {
        double below = (double)logit - max;
        return below > Negligible ? PortableMath.Exp(below) : 0;
    }

    /// <summary>The sum of the weights of all logits.</summary>
    public static double Of(ReadOnlySpan<float> logits, float max)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        Vector256<double> sum = Vector256<double>.Zero;
        foreach (Vector256<float> vector in vectors)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(vector);
            sum += Weights(lower, max);
            sum += Weights(upper, max);
        }

        double mass = sum[0] + sum[1] + sum[2] + sum[3];
        foreach (float logit in logits[(vectors.Length * Vector256<float>.Count)..])
        {
            mass += Weight(logit, max);
        }

        return mass;
    }

    private static Vector256<double> Weights(Vector256<double> logits, double max)
    {
        Vector256<double> below = logits - Vector256.Create(max);
        Vector256<double> counts = Vector256.GreaterThan(below, Vector256.Create(Negligible));
        Vector256<double> bounded = Vector256.ConditionalSelect(counts, below, Vector256<double>.Zero);
        return Vector256.ConditionalSelect(counts, PortableMath.Exp(bounded), Vector256<double>.Zero);
    }
}
