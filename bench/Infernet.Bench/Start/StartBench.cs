using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Start;

/// <summary>
/// How long users wait: whole processes of the installed program, from their start. A node counts from the command that
/// starts it in the background to that command's answer, hence two processes; js-libp2p with kad-dht from the start of
/// its one process to the line that says that it listens, in turns with ours.
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

        var (first, again, peer) = (new List<double>(), new List<double>(), new List<double>());
        for (int run = -1; run < NodeRuns; run++)
        {
            await using var node = new InfernetNode();
            Keep(first, run, await node.StartAsync(token));
            await node.StopAsync(token);
            Keep(again, run, await node.StartAsync(token));
            Keep(peer, run, await StartPeerAsync(token));
        }

        double peerReady = Samples.Median(peer);
        report.AddLower("node ready in a new home, p50", Samples.Median(first), "ms", Peer, peerReady);
        report.AddLower("node ready in a home that is there, p50", Samples.Median(again), "ms", Peer, peerReady);
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
