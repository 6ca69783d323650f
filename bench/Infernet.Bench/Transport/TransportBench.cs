using Infernet.Bench.Reporting;

namespace Infernet.Bench.Transport;

/// <summary>
/// Our host and js-libp2p's, each as a server and a client process on loopback. They take turns for several rounds
/// after one that warms up, so that a disturbance of the machine hits both; medians count.
/// </summary>
internal static class TransportBench
{
    private const string Js = "js-libp2p";
    private const int Rounds = 5;
    private const int UploadBytes = 128_000_000;
    private const int IdleConnections = 300;

    public static async Task RunAsync(BenchReport report, CancellationToken token)
    {
        await using (TransportPair ours = await TransportPair.StartOursAsync(token))
        await using (TransportPair js = await TransportPair.StartJsAsync(token))
        {
            await CompareSpeedAsync(report, ours, js, token);
        }

        await CompareIdleMemoryAsync(report, token);
    }

    private static async Task CompareSpeedAsync(
        BenchReport report, TransportPair ours, TransportPair js, CancellationToken token)
    {
        foreach (int streams in (int[])[1, 8])
        {
            await CompareRatesAsync(
                report, $"upload, {streams} stream{(streams == 1 ? "" : "s")}", "MB/s", ours, js,
                pair => pair.UploadAsync(streams, UploadBytes / streams, token));
        }

        await CompareRatesAsync(
            report, "connect and identify, one after the other", "1/s", ours, js, p => p.ConnectAsync(1, 60, token));
        await CompareRatesAsync(
            report, "connect and identify, 16 clients", "1/s", ours, js, p => p.ConnectAsync(16, 10, token));
        await CompareRequestsAsync(report, "request on a new stream, one after the other", 1, 1_000, ours, js, token);
        await CompareRequestsAsync(report, "request on a new stream, 32 at once", 32, 3_000, ours, js, token);
        await ComparePingsAsync(report, ours, js, token);
    }

    // In fresh processes, whose heaps have no room left over from other work that would hide the connections.
    private static async Task CompareIdleMemoryAsync(BenchReport report, CancellationToken token)
    {
        await using TransportPair ours = await TransportPair.StartOursAsync(token);
        await using TransportPair js = await TransportPair.StartJsAsync(token);
        report.AddLower(
            "memory of an idle connection", await ours.IdleMemoryAsync(IdleConnections, token), "KiB",
            Js, await js.IdleMemoryAsync(IdleConnections, token));
    }

    private static async Task CompareRatesAsync(
        BenchReport report, string metric, string unit, TransportPair ours, TransportPair js,
        Func<TransportPair, Task<double>> measure)
    {
        (List<double> we, List<double> they) = await AlternateAsync(ours, js, measure);
        report.AddHigher(metric, Samples.Median(we), unit, Js, Samples.Median(they));
    }

    private static async Task CompareRequestsAsync(
        BenchReport report, string metric, int concurrency, int count, TransportPair ours, TransportPair js,
        CancellationToken token)
    {
        (List<RequestFigures> we, List<RequestFigures> they) =
            await AlternateAsync(ours, js, pair => pair.RequestAsync(concurrency, count, token));
        report.AddHigher(metric, MedianRate(we), "1/s", Js, MedianRate(they));
        CompareLatencies(report, metric, we.SelectMany(f => f.Latencies), they.SelectMany(f => f.Latencies));
    }

    private static async Task ComparePingsAsync(
        BenchReport report, TransportPair ours, TransportPair js, CancellationToken token)
    {
        (List<double[]> we, List<double[]> they) = await AlternateAsync(ours, js, pair => pair.PingAsync(2_000, token));
        CompareLatencies(report, "ping", we.SelectMany(l => l), they.SelectMany(l => l));
    }

    private static void CompareLatencies(
        BenchReport report, string metric, IEnumerable<double> ours, IEnumerable<double> theirs)
    {
        double[] we = [.. ours];
        double[] they = [.. theirs];
        report.AddLower($"{metric}, p50", Samples.Median(we), "µs", Js, Samples.Median(they));
        report.AddLower($"{metric}, p99", Samples.Percentile(we, 0.99), "µs", Js, Samples.Percentile(they, 0.99));
    }

    private static double MedianRate(IEnumerable<RequestFigures> rounds) =>
        Samples.Median(rounds.Select(round => round.Latencies.Length / round.Seconds));

    private static async Task<(List<T> Ours, List<T> Js)> AlternateAsync<T>(
        TransportPair ours, TransportPair js, Func<TransportPair, Task<T>> measure)
    {
        var (we, they) = (new List<T>(), new List<T>());
        await measure(ours);
        await measure(js);
        for (int round = 0; round < Rounds; round++)
        {
            we.Add(await measure(ours));
            they.Add(await measure(js));
        }

        return (we, they);
    }
}
