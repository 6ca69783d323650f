using System.Text.Json;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Transfer;

/// <summary>
/// A file between two nodes in a process each, on loopback: our content exchange, from disk to disk and every chunk
/// verified, beside Helia's bitswap, from memory to memory. Helia gets a smaller file, since it is much slower.
/// </summary>
internal static class TransferBench
{
    private const string Peer = "helia bitswap";
    private const int Rounds = 3;
    private const long OurBytes = 1_000_000_000;
    private const long HeliaBytes = 200_000_000;
    private const long WarmUpBytes = 50_000_000;

    public static async Task RunAsync(BenchReport report, CancellationToken token)
    {
        string directory = Directory.CreateTempSubdirectory("infernet-bench-").FullName;
        try
        {
            await CompareAsync(report, directory, token);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task CompareAsync(BenchReport report, string directory, CancellationToken token)
    {
        await using BenchProcess seed = await BenchProcess.StartSelfAsync(token, "transfer-seed", directory);
        await using BenchProcess fetch = await BenchProcess.StartSelfAsync(token, "transfer-fetch", directory);
        await using BenchProcess heliaSeed = await BenchProcess.StartNodeAsync("bench/js/helia-seed.mjs", token);
        await using BenchProcess heliaFetch = await BenchProcess.StartNodeAsync("bench/js/helia-fetch.mjs", token);

        await FetchAsync(fetch, await AddAsync(seed, WarmUpBytes, token), token);
        await FetchAsync(heliaFetch, await AddAsync(heliaSeed, WarmUpBytes, token), token);
        JsonElement file = await AddAsync(seed, OurBytes, token);
        JsonElement heliaFile = await AddAsync(heliaSeed, HeliaBytes, token);
        report.Add("add 1 GB to the store", OurBytes / 1e6 / file.GetProperty("seconds").GetDouble(), "MB/s");

        var (ours, helia) = (new List<double>(), new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(await FetchAsync(fetch, file, token));
            helia.Add(await FetchAsync(heliaFetch, heliaFile, token));
        }

        report.AddHigher("fetch 1 GB (Helia: 200 MB)", Samples.Median(ours), "MB/s", Peer, Samples.Median(helia));
    }

    private static Task<JsonElement> AddAsync(BenchProcess seed, long bytes, CancellationToken token) =>
        seed.CallAsync("add", new { bytes }, token);

    private static async Task<double> FetchAsync(BenchProcess fetch, JsonElement added, CancellationToken token)
    {
        string address = added.GetProperty("address").GetString()!;
        string cid = added.GetProperty("cid").GetString()!;
        JsonElement done = await fetch.CallAsync("fetch", new { address, cid }, token);
        return done.GetProperty("bytes").GetDouble() / 1e6 / done.GetProperty("seconds").GetDouble();
    }
}
