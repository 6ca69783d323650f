using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Kademlia;

/// <summary>
/// Networks of 20 and of 100 nodes in one process, ours and js-libp2p's, of the same shape: everybody knows the first
/// node and four random earlier ones. Both do the same operations between the same nodes, in turns. A write counts
/// until its call returns: ours does once a majority of the closest nodes has confirmed, js-libp2p's once all have
/// answered.
/// </summary>
internal static class DhtBench
{
    private const string Js = "js kad-dht";
    private const int WarmUps = 3;
    private const int Seed = 2_026;

    public static async Task RunAsync(BenchReport report, CancellationToken token)
    {
        await CompareAsync(report, nodes: 20, operations: 30, token);
        await CompareAsync(report, nodes: 100, operations: 20, token);
    }

    private static async Task CompareAsync(BenchReport report, int nodes, int operations, CancellationToken token)
    {
        await using BenchProcess ours = await BenchProcess.StartSelfAsync(token, "dht-network");
        await using BenchProcess js = await BenchProcess.StartNodeAsync("bench/js/dht-network.mjs", token);
        var random = new Random(Seed);
        int[][] links = [.. Enumerable.Range(0, nodes).Select(i => LinksOf(i, random))];
        int ourTable = await ours.CallAsync<int>("build", new { links }, token);
        int jsTable = await js.CallAsync<int>("build", new { links }, token);
        report.Say($"{nodes} nodes; median routing table: ours {ourTable}, {Js} {jsTable}");

        var (provides, puts) = (new Comparison(), new Comparison());
        for (int i = -WarmUps; i < operations; i++)
        {
            int from = random.Next(nodes);
            int to = (from + 1 + random.Next(nodes - 1)) % nodes;
            string name = $"{nodes}-{i}";
            bool counts = i >= 0;
            await provides.AddAsync(
                counts, ours, js, "provideAndFind", new { provider = from, seeker = to, name }, token);
            await puts.AddAsync(counts, ours, js, "putAndGet", new { writer = from, reader = to, name }, token);
        }

        provides.Report(report, Js, $"{nodes} nodes, provide", $"{nodes} nodes, find the first provider");
        puts.Report(report, Js, $"{nodes} nodes, put", $"{nodes} nodes, get");
    }

    private static int[] LinksOf(int node, Random random)
    {
        var links = new SortedSet<int>();
        for (int wanted = Math.Min(node, 5); links.Count < wanted;)
        {
            links.Add(links.Count == 0 ? 0 : random.Next(node));
        }

        return [.. links];
    }
}
