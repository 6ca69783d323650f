using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Pay;

/// <summary>
/// What payments cost: vouchers, the program's compute units, settlements, and jobs that are paid beside the same ones
/// free. And whether the program does what its model says, over a hundred thousand instructions.
/// </summary>
internal static class PayBench
{
    public static IReadOnlyDictionary<string, Func<BenchReport, CancellationToken, Task>> Parts { get; } =
        new Dictionary<string, Func<BenchReport, CancellationToken, Task>>
        {
            ["vouchers"] = (report, ct) => BesideKitAsync(kit => VoucherSpeed.RunAsync(report, kit, ct), ct),
            ["settlements"] = (report, ct) => BesideKitAsync(kit => SettleSpeed.RunAsync(report, kit, ct), ct),
            ["overhead"] = PaidJobs.RunAsync,
            ["histories"] = ProgramHistories.RunAsync,
        };

    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        foreach (Func<BenchReport, CancellationToken, Task> part in Parts.Values)
        {
            await part(report, ct);
        }
    }

    private static async Task BesideKitAsync(Func<BenchProcess, Task> run, CancellationToken ct)
    {
        await using BenchProcess kit = await BenchProcess.StartNodeAsync("tests/solana/pay-peer.mjs", ct);
        await run(kit);
    }
}
