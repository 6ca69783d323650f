using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Kademlia;

/// <summary>Milliseconds of an operation in two steps (write, then read elsewhere), by us and by a peer.</summary>
internal sealed class Comparison
{
    private readonly List<double[]> _ours = [];
    private readonly List<double[]> _theirs = [];

    /// <summary>Has both do the operation; the result counts unless this is a warm-up.</summary>
    public async Task AddAsync(
        bool counts, BenchProcess ours, BenchProcess theirs, string command, object arguments, CancellationToken token)
    {
        double[] we = await ours.CallAsync<double[]>(command, arguments, token);
        double[] they = await theirs.CallAsync<double[]>(command, arguments, token);
        if (counts)
        {
            _ours.Add(we);
            _theirs.Add(they);
        }
    }

    public void Report(BenchReport report, string peer, params string[] steps)
    {
        for (int step = 0; step < steps.Length; step++)
        {
            double[] we = [.. _ours.Select(times => times[step])];
            double[] they = [.. _theirs.Select(times => times[step])];
            report.AddLower($"{steps[step]}, p50", Samples.Median(we), "ms", peer, Samples.Median(they));
            report.AddLower(
                $"{steps[step]}, p95", Samples.Percentile(we, 0.95), "ms", peer, Samples.Percentile(they, 0.95));
        }
    }
}
