using Infernet.Bench.Audits;
using Infernet.Bench.Challenges;
using Infernet.Bench.Dispatch;
using Infernet.Bench.Gossip;
using Infernet.Bench.Inference;
using Infernet.Bench.Kademlia;
using Infernet.Bench.Pay;
using Infernet.Bench.Reporting;
using Infernet.Bench.Servers;
using Infernet.Bench.Start;
using Infernet.Bench.Transfer;
using Infernet.Bench.Transport;
using Infernet.Bench.Trust;

namespace Infernet.Bench;

/// <summary>
/// Runs one benchmark by its name, or a part of it, or lists them. People read what goes to standard error while it runs; at the end
/// each metric is a JSON object on a line of standard output. <c>serve NAME</c> is how a benchmark starts itself as the
/// other process that it measures against.
/// </summary>
internal static class Program
{
    private static readonly BenchEntry[] Benches =
    [
        new("transport", "streams, connections, requests, ping, memory; beside js-libp2p", TransportBench.RunAsync),
        new("dht", "provide and find, put and get, 20 and 100 nodes; beside js-libp2p's kad-dht", DhtBench.RunAsync),
        new("gossip", "deliveries and propagation among 10 nodes; beside js-libp2p's gossipsub", GossipBench.RunAsync),
        new("start", "infernet --version, and a node until it is ready: whole processes", StartBench.RunAsync),
        new("dispatch", "from a job's submission to its first accepted shard", DispatchBench.RunAsync),
        new("inference", "the engine, and a job through a swarm; beside bare llama.cpp", InferenceBench.RunAsync),
        new("audit", "what audits cost, and what they find, beside generating again", AuditBench.RunAsync),
        new("calibrate", "fits the audit calibrations of the shipped model, and writes them", CalibrateBench.RunAsync),
        new("trust", "1,000 simulated peers, 300 of them cheats, and 1,000 Sybils", TrustBench.RunAsync),
        new("transfer", "a file of 1 GB between two nodes; beside Helia's bitswap", TransferBench.RunAsync),
        new("challenge", "hardware challenges: to prove, to verify, and how near the machine's limits", ChallengeBench.RunAsync),
        new("pay", "vouchers, settlements, compute units, and 100,000 instructions; beside @solana/kit", PayBench.RunAsync)
        {
            Parts = PayBench.Parts,
        },
    ];

    private static async Task<int> Main(string[] arguments)
    {
        using var stopping = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stopping.Cancel();
        };

        if (arguments is ["serve", string server, .. string[] options])
        {
            await BenchServers.RunAsync(server, options, stopping.Token);
            return 0;
        }

        if (arguments is not ([_] or [_, _]) || Find(arguments) is not { } run)
        {
            List(arguments);
            return arguments.Length == 0 ? 0 : 2;
        }

        var report = new BenchReport(arguments[0], Console.Error, Console.Out);
        await run(report, stopping.Token);
        report.WriteJson();
        return 0;
    }

    private static Func<BenchReport, CancellationToken, Task>? Find(string[] arguments)
    {
        BenchEntry? bench = Benches.FirstOrDefault(b => b.Name == arguments[0]);
        return arguments.Length == 1 ? bench?.RunAsync : bench?.Parts.GetValueOrDefault(arguments[1]);
    }

    private static void List(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            Console.Error.WriteLine($"There is no benchmark '{string.Join(' ', arguments)}'. Choose one of:");
        }

        Console.WriteLine("./bench.sh NAME [PART] runs one of:");
        foreach (BenchEntry bench in Benches)
        {
            Console.WriteLine($"  {bench.Name,-12} {bench.Summary}");
            if (bench.Parts.Count > 0)
            {
                Console.WriteLine($"  {"",-12}   or a part of it: {bench.Name} {string.Join('|', bench.Parts.Keys)}");
            }
        }
    }
}
