using System.Diagnostics;
using Infernet.Bench.Reporting;
using Infernet.Bench.Swarm;
using Infernet.Core.Api;

namespace Infernet.Bench.Dispatch;

/// <summary>
/// How long a job of one question takes from its submission until a provider accepted it and its shard is on the way,
/// and until the shard's answer and receipt were checked and are in the journal. The limit below it is two round trips
/// (offer and shard) and the commits to disk, so bare round trips over the same transport stand beside it.
/// </summary>
internal static class DispatchBench
{
    private const int Rounds = 100;
    private const string Question = "What is a heron?";

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        await using BenchSwarm swarm = await BenchSwarm.StartAsync(slots: 8, ct);
        await using RoundTrips bare = await RoundTrips.StartAsync(ct);
        var sent = new List<double>();
        var accepted = new List<double>();
        var limit = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            await MeasureAsync(swarm, sent, accepted, ct);
            limit.Add(await bare.TimeAsync(trips: 2, ct));
        }

        const string peer = "two bare round trips";
        Add(report, "submit to first shard sent", sent, peer, limit);
        Add(report, "submit to first accepted shard (1 token)", accepted, peer, limit);
    }

    private static async Task MeasureAsync(
        BenchSwarm swarm, List<double> sent, List<double> accepted, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        JobStatus job = await swarm.SubmitAsync(Question, times: 1, maxTokens: 1, ct);
        await foreach (JobEvent happened in swarm.WatchAsync(job, ct))
        {
            if (happened.Type == "shard-sent")
            {
                sent.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            else if (happened.Type == "shard-done")
            {
                accepted.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    private static void Add(BenchReport report, string metric, List<double> ours, string peer, List<double> theirs)
    {
        report.AddLower($"{metric}, p50", Samples.Median(ours), "ms", peer, Samples.Median(theirs));
        report.AddLower(
            $"{metric}, p99", Samples.Percentile(ours, 0.99), "ms", peer, Samples.Percentile(theirs, 0.99));
    }
}
