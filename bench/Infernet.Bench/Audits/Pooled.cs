namespace Infernet.Bench.Audits;

/// <summary>Isotonic regression by pooling adjacent violators.</summary>
internal static class Pooled
{
    /// <summary>The values nearest to the given ones, by weighted squares, that never fall.</summary>
    public static double[] Rising(IReadOnlyList<double> values, IReadOnlyList<double> weights)
    {
        var pools = new Stack<(double Value, double Weight, int Length)>();
        for (int i = 0; i < values.Count; i++)
        {
            (double Value, double Weight, int Length) pool = (values[i], weights[i], 1);
            while (pools.TryPeek(out (double Value, double Weight, int Length) last) && last.Value > pool.Value)
            {
                pools.Pop();
                double weight = last.Weight + pool.Weight;
                double value = (last.Value * last.Weight + pool.Value * pool.Weight) / weight;
                pool = (value, weight, last.Length + pool.Length);
            }

            pools.Push(pool);
        }

        return [.. pools.Reverse().SelectMany(pool => Enumerable.Repeat(pool.Value, pool.Length))];
    }
}
