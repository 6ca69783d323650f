using System.Diagnostics;
using Infernet.Bench.Reporting;
using Infernet.Bench.Swarm;
using Infernet.Core.Api;
using Infernet.Core.Jobs;

namespace Infernet.Bench.Pay;

/// <summary>
/// The same job free and paid, in turns, each time with new nodes: what payment takes of the throughput. And how long it
/// takes from a job's submission, with no channel open, until its first shard is paid.
/// </summary>
internal static class PaidJobs
{
    private const string Question = "What is a heron?";
    private const int MaxTokens = 96;
    private const int Answers = 1500;
    private const int Slots = 8;
    private const int Rounds = 4;

    private static readonly VerificationSpecification None = new() { Mode = VerificationMode.None };

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        await using PaidLedger ledger = await PaidLedger.StartAsync(ct);
        var free = new List<double>();
        var paid = new List<double>();
        var vouchers = new List<double>();
        var first = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            // One swarm at a time: compute threads that wait for work spin, and would take the other's processors.
            await using (BenchSwarm swarm = await BenchSwarm.StartAsync(Slots, ct, verification: None))
            {
                free.Add((await RunAsync(swarm, ct)).Speed);
            }

            await using (BenchSwarm swarm = await BenchSwarm.StartAsync(Slots, ct, ledger.Pays, None, warm: false))
            {
                first.Add(await FirstPaidAsync(swarm, ct));
                (double speed, JobStatus job) = await RunAsync(swarm, ct);
                paid.Add(speed);
                vouchers.Add(1000.0 * job.Providers.Sum(p => (long)p.Shards) / job.CompletionTokens);
            }
        }

        double loss = 100 * (1 - (Samples.Median(paid) / Samples.Median(free)));
        report.AddHigher("a job, paid shard by shard", Samples.Median(paid), "tokens/s", "the same free", Samples.Median(free));
        report.Add("what payment takes of the throughput", loss, "%");
        report.Add("vouchers per 1,000 tokens", Samples.Median(vouchers), "");
        report.Add("submit to first paid shard, with opening a channel", Samples.Median(first), "ms");
    }

    private static async Task<(double Speed, JobStatus Job)> RunAsync(BenchSwarm swarm, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        JobStatus ended = await swarm.EndAsync(await swarm.SubmitAsync(Question, Answers, MaxTokens, ct), ct);
        return (ended.CompletionTokens / Stopwatch.GetElapsedTime(start).TotalSeconds, ended);
    }

    private static async Task<double> FirstPaidAsync(BenchSwarm swarm, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        JobStatus job = await swarm.SubmitAsync(Question, 20, MaxTokens, ct);
        while (!swarm.Channels.Any(c => c.Promised > 0))
        {
            await Task.Delay(1, ct);
        }

        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await swarm.EndAsync(job, ct);
        return milliseconds;
    }
}
