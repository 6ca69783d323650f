using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Pay;

/// <summary>
/// What payments cost: vouchers, the program's compute units, settlements, and jobs that are paid beside the same ones
/// free. And whether the program does what its model says, over a hundred thousand instructions.
/// </summary>
internal static class PayBench
{
    public static async Task RunAsync(BenchReport report, CancellationToken ct)
    {
        await using (BenchProcess kit = await BenchProcess.StartNodeAsync("tests/solana/pay-peer.mjs", ct))
        {
            await VoucherSpeed.RunAsync(report, kit, ct);
            await SettleSpeed.RunAsync(report, kit, ct);
        }

        await PaidJobs.RunAsync(report, ct);
        await ProgramHistories.RunAsync(report, ct);
    }
}
