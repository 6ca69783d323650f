using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.Solana.Histories;
using Infernet.Solana.Histories.Chain;

namespace Infernet.Bench.Pay;

/// <summary>
/// A hundred thousand random instructions in the real runtime beside the model, each history drained at its end; and
/// what each kind of instruction costs in compute units. A disagreement ends the benchmark with its seed.
/// </summary>
internal static class ProgramHistories
{
    private const int Histories = 20;
    private const int Instructions = 5000;
    private const int FirstSeed = 1;

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        await using LocalLedger ledger = await LocalLedger.StartAsync(Repository.Root);
        var facts = new HistoryFacts();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Histories; i++)
        {
            await History.RunAsync(ledger, FirstSeed + i, Instructions, facts, ct);
            report.Say($"  history {i + 1} of {Histories}: {facts.Instructions} instructions agree with the model");
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.Add("instructions that agree with the model", facts.Instructions, "");
        report.Add("of them done", facts.Done, "");
        report.Add("of them refused, as the model says", facts.Refused, "");
        report.Add("of them hostile", facts.Hostile, "");
        report.Add("comparisons of every balance", facts.Audits, "");
        report.Add("instructions in the histories", facts.Instructions / seconds, "1/s");
        foreach ((string kind, List<ulong> units) in facts.Units)
        {
            report.Add($"{kind}: median", Samples.Median(units.Select(u => (double)u)), "CU");
            report.Add($"{kind}: most", units.Max(), "CU");
        }
    }
}
