using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Start;

/// <summary>How long users wait: whole processes of the installed program, from their start.</summary>
internal static class StartBench
{
    private const int VersionRuns = 15;
    private const int NodeRuns = 5;

    public static async Task RunAsync(BenchReport report, CancellationToken token)
    {
        var versions = new List<double>();
        for (int run = -1; run < VersionRuns; run++)
        {
            Keep(versions, run, await InfernetCommand.RunAsync(token, "--version"));
        }

        report.Add("infernet --version, p50", Samples.Median(versions), "ms");

        var (first, again) = (new List<double>(), new List<double>());
        for (int run = -1; run < NodeRuns; run++)
        {
            await using var node = new InfernetNode();
            Keep(first, run, await node.StartAsync(token));
            await node.StopAsync(token);
            Keep(again, run, await node.StartAsync(token));
        }

        report.Add("node ready in a new home, p50", Samples.Median(first), "ms");
        report.Add("node ready in a home that is there, p50", Samples.Median(again), "ms");
    }

    // The first run brings the program into the system's file cache.
    private static void Keep(List<double> samples, int run, TimeSpan took)
    {
        if (run >= 0)
        {
            samples.Add(took.TotalMilliseconds);
        }
    }
}
