using System.Diagnostics;
using Infernet.Bench.Reporting;
using Infernet.Bench.Swarm;
using Infernet.Core.Api;
using Infernet.Core.Jobs;

namespace Infernet.Bench.Pay;

/// <summary>
/// The same jobs free and paid, in turns, each time with new nodes: what payment takes of the throughput, between
/// newcomers and between peers with a history. And how long it takes from a job's submission, with no channel open, until
/// its first shard is paid.
/// </summary>
internal static class PaidJobs
{
    private const string Question = "What is a heron?";
    private const int MaxTokens = 96;
    private const int Answers = 1500;
    private const int Slots = 8;
    private const int Rounds = 6;

    /// <summary>Rounds before those that count: a node's very first jobs are slower, free or paid, while code is compiled.</summary>
    private const int WarmUps = 2;

    /// <summary>Jobs one after another in one swarm: the first between newcomers.</summary>
    private const int Jobs = 3;

    private static readonly VerificationSpecification None = new() { Mode = VerificationMode.None };

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        await using PaidLedger ledger = await PaidLedger.StartAsync(ct);
        var free = new List<Run[]>();
        var paid = new List<Run[]>();
        var first = new List<double>();
        for (int round = -WarmUps; round < Rounds; round++)
        {
            // One swarm at a time: compute threads that wait for work spin, and would take the other's processors.
            // Turns change their order, so that a machine that grows slower favours nobody.
            foreach (bool pays in round % 2 == 0 ? new[] { false, true } : [true, false])
            {
                await using BenchSwarm swarm = await BenchSwarm.StartAsync(
                    Slots, ct, pays ? ledger.Pays : null, None, warm: false);
                double toFirst = await FirstAsync(swarm, pays, ct);
                (pays ? paid : free).Add(await RunAsync(swarm, ct));
                if (pays)
                {
                    first.Add(toFirst);
                }
            }

            report.Say($"  {(round < 0 ? "warm-up" : $"round {round + 1}")}: free {Show(free[^1])}; paid {Show(paid[^1])}");
            if (round < 0)
            {
                (free, paid, first) = ([], [], []);
            }
        }

        Report(report, "newcomers", 0, paid, free);
        Report(report, "peers with a history", Jobs - 1, paid, free);
        report.Add("submit to first paid shard, with opening a channel", Samples.Median(first), "ms");
    }

    // Each round's two are compared with each other: what else the machine does changes from round to round.
    private static void Report(BenchReport report, string who, int job, List<Run[]> paid, List<Run[]> free)
    {
        report.AddHigher(
            $"a paid job, {who}", Samples.Median(paid.Select(p => p[job].Speed)), "tokens/s", "the same free",
            Samples.Median(free.Select(f => f[job].Speed)));
        report.Add(
            $"what payment takes of the throughput, {who}",
            Samples.Median(paid.Zip(free, (p, f) => 100 * (1 - (p[job].Speed / f[job].Speed)))), "%");
        report.AddLower(
            $"processor time a token of a paid job, {who}", Samples.Median(paid.Select(p => p[job].Busy)), "µs",
            "the same free", Samples.Median(free.Select(f => f[job].Busy)));
        report.Add($"vouchers per 1,000 tokens, {who}", Samples.Median(paid.Select(p => p[job].ShardsPerThousand)), "");
        report.Add($"shards per 1,000 tokens, free, {who}", Samples.Median(free.Select(f => f[job].ShardsPerThousand)), "");
    }

    private static async Task<Run[]> RunAsync(BenchSwarm swarm, CancellationToken ct)
    {
        var runs = new Run[Jobs];
        for (int job = 0; job < Jobs; job++)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan busy = Environment.CpuUsage.TotalTime;
            JobStatus ended = await swarm.EndAsync(await swarm.SubmitAsync(Question, Answers, MaxTokens, ct), ct);
            runs[job] = new Run(
                ended.CompletionTokens / Stopwatch.GetElapsedTime(start).TotalSeconds,
                1000.0 * ended.Providers.Sum(p => (long)p.Shards) / ended.CompletionTokens,
                (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / ended.CompletionTokens);
        }

        return runs;
    }

    private static async Task<double> FirstAsync(BenchSwarm swarm, bool pays, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        JobStatus job = await swarm.SubmitAsync(Question, 20, MaxTokens, ct);
        while (pays && !swarm.Channels.Any(c => c.Promised > 0))
        {
            await Task.Delay(1, ct);
        }

        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await swarm.EndAsync(job, ct);
        return milliseconds;
    }

    private static string Show(Run[] runs) =>
        string.Join(" ", runs.Select(r => $"{r.Speed:0} ({r.ShardsPerThousand:0.0}, {r.Busy:0.0} µs)"));

    private readonly record struct Run(double Speed, double ShardsPerThousand, double Busy);
}
