using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Start;

/// <summary>
/// How long users wait: whole processes of the installed program, from their start. In turns with a node's process, from
/// its start to the line that says that it is ready: js-libp2p's with kad-dht. A node that is started in the background
/// is two processes, since a command starts it and waits for it.
/// </summary>
internal static class StartBench
{
    private const string Peer = "js-libp2p";
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

        var (fresh, again, detached, peer) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (int run = -1; run < NodeRuns; run++)
        {
            await using var node = new InfernetNode();
            Keep(fresh, run, await node.StartInForegroundAsync(token));
            Keep(again, run, await node.StartInForegroundAsync(token));
            Keep(detached, run, await node.StartAsync(token));
            Keep(peer, run, await StartPeerAsync(token));
        }

        double peerReady = Samples.Median(peer);
        report.AddLower("node ready in a new home, p50", Samples.Median(fresh), "ms", Peer, peerReady);
        report.AddLower("node ready in a home that is there, p50", Samples.Median(again), "ms", Peer, peerReady);
        report.Add("node start --detach until it answers, p50", Samples.Median(detached), "ms");
    }

    private static async Task<TimeSpan> StartPeerAsync(CancellationToken token)
    {
        long began = Stopwatch.GetTimestamp();
        await using BenchProcess peer =
            await BenchProcess.StartNodeAsync("tests/js/peer.mjs", token, """{"kad":true,"clientMode":false}""");
        return Stopwatch.GetElapsedTime(began);
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
