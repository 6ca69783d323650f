using System.Diagnostics;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;
using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Rpc;

namespace Infernet.Bench.Pay;

/// <summary>
/// Settlements one after the other, each simulated, sent and confirmed, by Infernet.Solana and by @solana/kit in turns,
/// against the same ledger. Most of the time is the ledger's own.
/// </summary>
internal static class SettleSpeed
{
    private const ulong Deposit = 1_000_000_000_000;
    private const ulong Step = 10_000_000;
    private const int Times = 200;
    private const int Rounds = 3;
    private const long Term = 100_000;

    public static async Task RunAsync(BenchReport report, BenchProcess kit, CancellationToken ct)
    {
        await using LocalLedger ledger = await LocalLedger.StartAsync(Repository.Root, "--port", "0");
        using var http = new HttpClient();
        var rpc = new SolanaRpc(
            http,
            new RpcOptions
            {
                Endpoints = [ledger.Http],
                WebSocket = ledger.WebSocket,
                RequestsPerSecond = 1_000_000,
                PollInterval = TimeSpan.FromMilliseconds(50),
            },
            TimeProvider.System,
            new Random(1));
        var setting = await PaidChannel.OpenAsync(ledger, rpc, Deposit, Term, ct);
        (double ours, double theirs) = (0, 0);
        ulong next = Step;
        for (int round = 0; round < Rounds; round++)
        {
            ours = Math.Max(ours, await SettleAsync(setting, rpc, next, ct));
            next += Step * Times;
            theirs = Math.Max(theirs, await kit.CallAsync<double>("settle", setting.ForKit(ledger, next, Step, Times), ct));
            next += Step * Times;
        }

        report.AddHigher("settlements, each confirmed before the next", ours, "1/s", "@solana/kit", theirs);
    }

    private static async Task<double> SettleAsync(PaidChannel channel, SolanaRpc rpc, ulong first, CancellationToken ct)
    {
        var sender = new TransactionSender(rpc);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Times; i++)
        {
            await PaidChannel.SendAsync(sender, rpc, channel.Payer, channel.Settlement(first + (ulong)i * Step), ct);
        }

        return Times / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
