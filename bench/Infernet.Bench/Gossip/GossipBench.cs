using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Gossip;

/// <summary>
/// Ten nodes in one process, each connected to all others, ours and js-libp2p's: signed messages of 1 KiB, once as many
/// as go through with a bounded number under way, once one by one. Both sign, verify, and forward over their meshes;
/// ours use both cores, js-libp2p has one thread.
/// </summary>
internal static class GossipBench
{
    private const string Js = "js gossipsub";
    private const int Nodes = 10;
    private const int Size = 1_024;
    private const int Rounds = 5;

    public static async Task RunAsync(BenchReport report, CancellationToken token)
    {
        await using BenchProcess ours = await BenchProcess.StartSelfAsync(token, "gossip-network");
        await using BenchProcess js = await BenchProcess.StartNodeAsync("bench/js/gossip-network.mjs", token);
        foreach (BenchProcess network in (BenchProcess[])[ours, js])
        {
            await network.CallAsync("build", new { nodes = Nodes }, token);
            await network.CallAsync("burst", new { messages = 300, size = Size }, token);
        }

        await ThroughputAsync(report, ours, js, token);
        await PropagationAsync(report, ours, js, token);
    }

    private static async Task ThroughputAsync(
        BenchReport report, BenchProcess ours, BenchProcess js, CancellationToken token)
    {
        var (we, they) = (new List<double>(), new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            we.Add(await ours.CallAsync<double>("burst", new { messages = 5_000, size = Size }, token));
            they.Add(await js.CallAsync<double>("burst", new { messages = 300, size = Size }, token));
        }

        report.AddHigher(
            $"{Nodes} nodes, signed 1 KiB messages", Samples.Median(we), "deliveries/s", Js, Samples.Median(they));
    }

    private static async Task PropagationAsync(
        BenchReport report, BenchProcess ours, BenchProcess js, CancellationToken token)
    {
        double[] we = await ours.CallAsync<double[]>("oneByOne", new { messages = 500, size = Size }, token);
        double[] they = await js.CallAsync<double[]>("oneByOne", new { messages = 200, size = Size }, token);
        report.AddLower("propagation to a node, p50", Samples.Median(we), "ms", Js, Samples.Median(they));
        report.AddLower(
            "propagation to a node, p99", Samples.Percentile(we, 0.99), "ms", Js, Samples.Percentile(they, 0.99));
    }
}
